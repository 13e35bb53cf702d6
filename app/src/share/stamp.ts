// The picture that is shared: the photo's centre square with the verdict stamped across it. Sizes and places, in pixels of the picture.
import { PALETTES } from '../ui/palette';
import type { Judgement } from '../verdict/judge';
import { sizeToFit } from '../verdict/word-width';

/** Side of the shared picture: what messengers show without shrinking it. */
export const STAMPED_SIDE = 1080;

/** All that is written on the picture. */
export type Stamp = {
  readonly label: string;
  readonly verdict: Judgement['verdict'];
  /** Beside the app's name, such as "97% Hotdog". */
  readonly caption: string;
};

/** Everything is placed from the middle of the band, which is turned as a whole. */
export const BAND = {
  centreY: 838,
  height: 236,
  line: 12,
  shadow: 18,
  turnDegrees: -4,
  badge: 190,
  gap: 34,
  /** A verdict's colour is the same in both themes. */
  colour: (verdict: Judgement['verdict']) => PALETTES.light[verdict],
} as const;

export const CAPTION = { fontSize: 40, right: 1040, baseline: 1046 } as const;

const LARGEST_LETTERS = 156;
const ROOM = 960;

/** The size at which the word and the badge beside it fit on the band. */
export function wordSize(label: string): number {
  return sizeToFit(label, ROOM - BAND.badge - BAND.gap, LARGEST_LETTERS);
}

/** A name for the file, from the label: letters of any script, digits and dashes. */
export function fileName(label: string): string {
  const words = label.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
  return `${['deepdog', ...words].join('-')}.jpg`;
}
