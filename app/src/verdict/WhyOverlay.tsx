// Lays the evidence over the photo.
import { useMemo } from 'react';
import { StyleSheet } from 'react-native';
import Svg, { Circle, Rect } from 'react-native-svg';

import type { Prediction } from '../classifier/classifier';
import { evidenceDots } from './heatmap';

export function WhyOverlay({ heatmap }: { readonly heatmap: Prediction['heatmap'] }) {
  const dots = useMemo(() => evidenceDots(heatmap), [heatmap]);
  return (
    <Svg style={StyleSheet.absoluteFill} viewBox="0 0 1 1" aria-hidden pointerEvents="none">
      <Rect width={1} height={1} fill="#191009" opacity={0.45} />
      {dots.map(({ x, y, radius }) => (
        <Circle key={`${x} ${y}`} cx={x} cy={y} r={radius} fill="#FFC72C" opacity={0.9} />
      ))}
    </Svg>
  );
}
