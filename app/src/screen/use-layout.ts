// How large things are: photo above controls on a phone, beside them in a wide window.
import { useWindowDimensions } from 'react-native';
import { type EdgeInsets, useSafeAreaInsets } from 'react-native-safe-area-context';

import { useWide } from '../ui/use-wide';

export type Layout = {
  readonly wide: boolean;
  /** A phone held sideways: there is no height for a header over everything. */
  readonly short: boolean;
  /** Little height for the verdict below or beside the photo: it does without the small print. */
  readonly compact: boolean;
  /** Of the square viewfinder, in points. */
  readonly side: number;
  /** Of the controls, in points. */
  readonly columnWidth: number;
  /** Width of the dog above the shutter, in points; 0 where it has no room. */
  readonly dog: number;
  readonly insets: EdgeInsets;
};

/** Between photo and controls where they stand side by side. */
export const GUTTER = 40;
const SHORT = 500;
/** What the verdict and its buttons take below the photo with the header above it, at the usual size of text; and compact. */
const AROUND_THE_PHOTO = 470;
const AROUND_THE_PHOTO_COMPACT = 410;
const ROOM_FOR_THE_DOG = 460;
const SMALLEST_SHARE = 0.36;
const LARGEST_SHARE = 0.46;
const LARGEST_SIDE = 700;
const LARGEST_COLUMN = 460;
/** Room for the verdict's three buttons in a row, and for two of them and the state of a report. */
const SMALLEST_COLUMN = 290;
/** Left and right of photo and controls together where they stand side by side. */
const MARGINS = 48;

export function useLayout(): Layout {
  const wide = useWide();
  const window = useWindowDimensions();
  const insets = useSafeAreaInsets();
  const width = window.width - insets.left - insets.right;
  const height = window.height - insets.top - insets.bottom;
  if (!wide) {
    const largest = Math.min(width - 32, height * LARGEST_SHARE, LARGEST_SIDE);
    const compact = largest + AROUND_THE_PHOTO > height;
    // Browsers' own bars leave a phone little more than half of its height: everything is to be seen without scrolling.
    const side = compact
      ? Math.min(largest, Math.max(height - AROUND_THE_PHOTO_COMPACT, height * SMALLEST_SHARE))
      : largest;
    const dog = height - side > ROOM_FOR_THE_DOG ? 150 : 0;
    return { wide, short: false, compact, side, columnWidth: width, dog, insets };
  }
  const short = height < SHORT;
  const beside = width - GUTTER - MARGINS;
  const side = Math.min(height - (short ? 36 : 150), width * 0.52, beside - SMALLEST_COLUMN, LARGEST_SIDE);
  const columnWidth = Math.min(beside - side, LARGEST_COLUMN);
  return { wide, short, compact: short, side, columnWidth, dog: short ? 0 : 260, insets };
}
