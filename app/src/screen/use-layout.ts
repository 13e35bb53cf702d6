// How large things are: photo above controls on a phone, beside them in a wide window.
import { useWindowDimensions } from 'react-native';
import { type EdgeInsets, useSafeAreaInsets } from 'react-native-safe-area-context';

import { useWide } from '../ui/use-wide';

type Layout = {
  readonly wide: boolean;
  /** Of the square viewfinder, in points. */
  readonly side: number;
  /** Of the controls, in points. */
  readonly columnWidth: number;
  readonly insets: EdgeInsets;
};

export function useLayout(): Layout {
  const wide = useWide();
  const { width, height } = useWindowDimensions();
  const insets = useSafeAreaInsets();
  const free = height - insets.top - insets.bottom;
  return wide
    ? { wide, side: Math.min(free - 150, width * 0.5), columnWidth: width * 0.38, insets }
    : { wide, side: Math.min(width - 32, free * 0.44), columnWidth: width, insets };
}
