// Lays the evidence over the photo, and says in words what it shows.
import { useMemo } from 'react';
import { StyleSheet, View } from 'react-native';
import Svg, { Circle, Rect } from 'react-native-svg';

import { useLabel, useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import { evidenceDots } from './heatmap';
import type { Judgement } from './judge';

export function WhyOverlay({ judgement }: { readonly judgement: Judgement }) {
  const strings = useStrings();
  const labelOf = useLabel();
  const { prediction, description } = judgement;
  const dots = useMemo(() => evidenceDots(prediction.heatmap), [prediction]);
  const positive = labelOf(description.labels.positive);
  return (
    <View style={styles.overlay}>
      <Svg style={StyleSheet.absoluteFill} viewBox="0 0 1 1" aria-hidden>
        <Rect width={1} height={1} fill="#191009" opacity={0.45} />
        {dots.map(({ x, y, radius }) => (
          <Circle key={`${x} ${y}`} cx={x} cy={y} r={radius} fill="#FFC72C" opacity={0.9} />
        ))}
      </Svg>
      <View style={styles.caption} aria-live="polite" role="status">
        <Words size="small" style={styles.words} testID="why-words">
          {dots.length > 0 ? strings.verdict.whySome(positive) : strings.verdict.whyNothing(positive)}
        </Words>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  overlay: { ...StyleSheet.absoluteFill, justifyContent: 'flex-end', alignItems: 'center', padding: 12 },
  caption: {
    paddingHorizontal: 14,
    paddingVertical: 7,
    borderRadius: 18,
    backgroundColor: 'rgba(25, 16, 9, 0.85)',
  },
  words: { color: '#FFFFFF', textAlign: 'center', fontWeight: '600' },
});
