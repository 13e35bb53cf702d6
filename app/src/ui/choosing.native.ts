// How one of several answers is chosen on a phone: as anything is pressed.
import type { Choosing } from './pressing-types';

export const choosing: (onChoose: () => void, chosen: boolean) => Choosing = (onChoose) => ({
  onPress: onChoose,
});
