// The live verdict, above the shutter. What it has seen is gone when it leaves the screen.
import type { RefObject } from 'react';
import { StyleSheet, View } from 'react-native';

import type { CameraHandle } from '../camera/camera';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { DISPLAY_FONT, useTheme } from '../ui/theme';
import { Words } from '../ui/Words';
import type { ModelState } from '../updates/model-state';
import { percentOf } from '../verdict/verdict';
import { VerdictBadge } from '../verdict/VerdictBadge';
import { sizeToFit } from '../verdict/word-width';
import { useLiveVerdict } from './use-live-verdict';

const LARGEST = 34;
const BESIDE_THE_WORD = 160;

type Props = {
  readonly feed: RefObject<CameraHandle | null>;
  readonly model: ModelState;
  readonly width: number;
};

export function LiveBand({ feed, model, width }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const theme = useTheme();
  const live = useLiveVerdict(feed, model);
  if (live === null || model.status !== 'ready') {
    return (
      <View style={[styles.band, { backgroundColor: theme.surface, borderColor: theme.line }]} role="status">
        <Words style={styles.looking} soft>
          {strings.live.looking}
        </Words>
      </View>
    );
  }
  const label = labelOf(model.description.labels[live.verdict]);
  const fontSize = sizeToFit(label, width - BESIDE_THE_WORD, LARGEST);
  return (
    <View style={[styles.band, { backgroundColor: theme[live.verdict], borderColor: theme.line }]}>
      <VerdictBadge verdict={live.verdict} size={48} />
      <View role="status" aria-live="polite" style={styles.words}>
        <Words
          testID="live-verdict"
          style={[styles.word, { fontSize, lineHeight: fontSize * 1.2, color: theme.onVerdict }]}
        >
          {label}
        </Words>
      </View>
      {/* Several times a second is more than anyone wants to be told. */}
      <Words style={[styles.percent, { color: theme.onVerdict }]} aria-hidden testID="live-score">
        {format.percent(percentOf(live.score))}
      </Words>
    </View>
  );
}

const styles = StyleSheet.create({
  band: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 12,
    height: 68,
    paddingHorizontal: 14,
    borderWidth: 4,
    borderRadius: 22,
  },
  looking: { flex: 1, textAlign: 'center', fontFamily: DISPLAY_FONT, fontSize: 20 },
  words: { flex: 1 },
  word: { fontFamily: DISPLAY_FONT },
  percent: { fontFamily: DISPLAY_FONT, fontSize: 20, minWidth: 50, textAlign: 'right' },
});
