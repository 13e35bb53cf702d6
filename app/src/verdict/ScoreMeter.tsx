// How much the model thinks it is the positive label, against what it takes.
import { StyleSheet, View } from 'react-native';

import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { DISPLAY_FONT, useTheme } from '../ui/theme';
import { Words } from '../ui/Words';
import type { Judgement } from './judge';
import { percentOf } from './verdict';

type Props = {
  readonly judgement: Judgement;
  /** Without the small print, where there is little height. */
  readonly compact: boolean;
};

export function ScoreMeter({ judgement, compact }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const labelOf = useLabel();
  const theme = useTheme();
  const { description, prediction, verdict } = judgement;
  const percent = percentOf(prediction.score);
  const needed = percentOf(description.threshold);
  return (
    <View style={styles.meter}>
      <View style={styles.row}>
        <Words style={styles.name}>{strings.verdict.meter(labelOf(description.labels.positive))}</Words>
        <Words testID="score" style={styles.score}>
          {format.percent(percent)}
        </Words>
      </View>
      <View
        testID="meter"
        style={[styles.track, { borderColor: theme.line, backgroundColor: theme.sunken }]}
        aria-hidden
      >
        <View
          testID="meter-fill"
          style={[styles.fill, { width: `${Math.max(percent, 2)}%`, backgroundColor: theme[verdict] }]}
        />
        <View
          style={[styles.mark, { left: `${needed}%`, backgroundColor: theme.dark ? theme.ink : theme.line }]}
        />
      </View>
      {compact ? null : (
        <View style={styles.row}>
          <Words size="small" soft testID="model-version">
            {strings.verdict.model(description.version)}
          </Words>
          <Words size="small" soft>
            {strings.verdict.needed(format.percent(needed))}
          </Words>
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  meter: { gap: 6 },
  row: { flexDirection: 'row', justifyContent: 'space-between', alignItems: 'baseline' },
  name: { fontFamily: DISPLAY_FONT, fontSize: 19 },
  score: { fontFamily: DISPLAY_FONT, fontSize: 26, lineHeight: 30 },
  track: { height: 22, borderWidth: 3, borderRadius: 11, overflow: 'hidden' },
  fill: { height: '100%' },
  mark: { position: 'absolute', top: 0, bottom: 0, width: 3 },
});
