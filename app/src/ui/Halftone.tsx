// The printed dots behind everything, larger towards the top, as in a comic.
import { useMemo } from 'react';
import { StyleSheet, useWindowDimensions } from 'react-native';
import Svg, { Path } from 'react-native-svg';

import { useTheme } from './theme';

const PITCH = 22;
const LARGEST = 9;
const FADE = 0.55;

export function Halftone() {
  const theme = useTheme();
  const { width, height } = useWindowDimensions();
  const dots = useMemo(() => dotsPath(width, height * FADE), [width, height]);
  return (
    <Svg style={StyleSheet.absoluteFill} width={width} height={height} aria-hidden pointerEvents="none">
      <Path d={dots} fill={theme.dots} />
    </Svg>
  );
}

/** One path of circles on a staggered grid, shrinking to nothing at `height`. */
function dotsPath(width: number, height: number): string {
  const circles: string[] = [];
  for (let row = 0; row * PITCH * 0.5 < height; row++) {
    const y = row * PITCH * 0.5;
    const radius = LARGEST * (1 - y / height);
    for (let x = row % 2 === 0 ? 0 : PITCH / 2; x < width + PITCH; x += PITCH) {
      circles.push(
        `M${x - radius} ${y}a${radius} ${radius} 0 1 0 ${2 * radius} 0a${radius} ${radius} 0 1 0 ${-2 * radius} 0`,
      );
    }
  }
  return circles.join('');
}
