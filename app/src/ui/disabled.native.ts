// A button that cannot be pressed just now; the system says so to screen readers.
import type { Disabled } from './disabled-types';

export function disabledProps(disabled: boolean): Disabled {
  return { 'aria-disabled': disabled, disabled };
}
