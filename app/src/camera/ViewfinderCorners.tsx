// The four corners that say "this square is what I look at".
import { StyleSheet } from 'react-native';
import Svg, { Path } from 'react-native-svg';

const CORNERS =
  'M8 20 V12 a4 4 0 0 1 4 -4 H20 M80 8 H88 a4 4 0 0 1 4 4 V20 M92 80 V88 a4 4 0 0 1 -4 4 H80 M20 92 H12 a4 4 0 0 1 -4 -4 V80';

export function ViewfinderCorners() {
  return (
    <Svg style={StyleSheet.absoluteFill} viewBox="0 0 100 100" fill="none" aria-hidden pointerEvents="none">
      <Path d={CORNERS} stroke="rgba(0,0,0,0.45)" strokeWidth={2.4} strokeLinecap="round" />
      <Path d={CORNERS} stroke="#FFC72C" strokeWidth={1.4} strokeLinecap="round" />
    </Svg>
  );
}
