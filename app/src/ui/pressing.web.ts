// How a button is pressed, or is not just now, in the browser. React Native for Web turns `aria-disabled` into HTML's `disabled`, which throws the focus
// back to the page and takes the button out of the order of the Tab key; so the attribute is set past it.
import type { View } from 'react-native';

import type { Pressing } from './pressing-types';

export function pressing(onPress: () => void, disabled: boolean): Pressing {
  return {
    onPress: disabled ? null : onPress,
    ref: (button: View | null) => {
      (button as HTMLElement | null)?.setAttribute('aria-disabled', String(disabled));
    },
  };
}
