// Whether photo and controls stand side by side: tablets, desktop windows, phones held sideways.
import { useWindowDimensions } from 'react-native';

export function useWide(): boolean {
  const { width, height } = useWindowDimensions();
  return width >= 700 && width > height;
}
