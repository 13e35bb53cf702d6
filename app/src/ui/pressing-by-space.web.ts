// How a switch or a choice is pressed in the browser: by Space as well, which is ARIA's key for them. React Native for Web takes it for buttons alone.
import type { PressingBySpace } from './pressing-types';

export function pressingBySpace(onPress: () => void): PressingBySpace {
  return {
    onPress,
    onKeyDown: (event) => {
      if (event.key === ' ') {
        event.preventDefault(); // Else the page scrolls, as long as the key is held.
        if (!event.repeat) {
          onPress();
        }
      }
    },
  };
}
