// How a switch or a choice is pressed on a phone: as anything else.
import type { PressingBySpace } from './pressing-types';

export function pressingBySpace(onPress: () => void): PressingBySpace {
  return { onPress };
}
