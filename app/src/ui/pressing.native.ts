// A button that cannot be pressed just now; the system says so to screen readers.
import type { Pressing } from './pressing-types';

export function pressing(onPress: () => void, disabled: boolean): Pressing {
  return { 'aria-disabled': disabled, disabled, onPress };
}
