// How a button is pressed, or is not just now, on a phone, whose system tells screen readers.
import type { Pressing } from './pressing-types';

export function pressing(onPress: () => void, disabled: boolean): Pressing {
  return { 'aria-disabled': disabled, disabled, onPress };
}
