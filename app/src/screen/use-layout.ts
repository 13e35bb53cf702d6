// How large things are: photo above controls on a phone, beside them in a wide window.
import { useWindowDimensions } from 'react-native';
import { type EdgeInsets, useSafeAreaInsets } from 'react-native-safe-area-context';

import { useWide } from '../ui/use-wide';

export type Layout = {
  readonly wide: boolean;
  /** A phone held sideways: there is no height for a header over everything. */
  readonly short: boolean;
  /** Of the square viewfinder, in points. */
  readonly side: number;
  /** Of the controls, in points. */
  readonly columnWidth: number;
  readonly insets: EdgeInsets;
};

/** Between photo and controls where they stand side by side. */
export const GUTTER = 40;
const SHORT = 500;
const LARGEST_SIDE = 700;
const LARGEST_COLUMN = 460;

export function useLayout(): Layout {
  const wide = useWide();
  const window = useWindowDimensions();
  const insets = useSafeAreaInsets();
  const width = window.width - insets.left - insets.right;
  const height = window.height - insets.top - insets.bottom;
  if (!wide) {
    const side = Math.min(width - 32, height * 0.46, LARGEST_SIDE);
    return { wide, short: false, side, columnWidth: width, insets };
  }
  const short = height < SHORT;
  const side = Math.min(height - (short ? 36 : 150), width * 0.52, LARGEST_SIDE);
  const columnWidth = Math.min(width - side - GUTTER - 48, LARGEST_COLUMN);
  return { wide, short, side, columnWidth, insets };
}
