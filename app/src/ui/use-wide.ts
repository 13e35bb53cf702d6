// Whether photo and controls stand side by side: tablets, desktop windows, phones held sideways.
import { useWindowDimensions } from 'react-native';

/** A small phone held sideways is 568 points wide; held upright none is, whatever height a keyboard leaves. */
const NARROWEST = 560;

export function useWide(): boolean {
  const { width, height } = useWindowDimensions();
  return width >= NARROWEST && width > height;
}
