// The live verdict, above the shutter, and how many things it is about.
import { StyleSheet, View } from 'react-native';

import { countInWords } from '../detection/count';
import { present } from '../detection/track';
import type { Observable } from '../observable';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { DISPLAY_FONT, useTheme } from '../ui/theme';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import { useObservable } from '../use-observable';
import type { ModelState } from '../updates/model-state';
import { percentOf } from '../verdict/verdict';
import { VerdictBadge } from '../verdict/VerdictBadge';
import { sizeToFit } from '../verdict/word-width';
import type { LiveView } from './use-live-view';

const LARGEST = 34;
/** Where a line stands below it. */
const LARGEST_OF_TWO_LINES = 27;
const BESIDE_THE_WORD = 160;

type Props = {
  readonly view: Observable<LiveView | null>;
  readonly model: ModelState;
  readonly width: number;
};

export function LiveBand({ view, model, width }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const theme = useTheme();
  const live = useObservable(view);
  const looking = live === null || model.status !== 'ready';
  const label = looking ? strings.live.looking : labelOf(model.description.labels[live.verdict.verdict]);
  // Neither that it looks, since what it sees follows at once, nor how many: that changes far more often than the verdict.
  useAnnounce(looking ? null : label);
  if (looking) {
    return (
      <View style={[styles.band, { backgroundColor: theme.surface, borderColor: theme.line }]} role="status">
        <Words style={styles.looking} soft>
          {label}
        </Words>
      </View>
    );
  }
  const { verdict, score } = live.verdict;
  const largest = live.boxes === null ? LARGEST : LARGEST_OF_TWO_LINES;
  const fontSize = sizeToFit(label, width - BESIDE_THE_WORD, largest);
  const count = live.boxes === null ? 0 : present(live.boxes).length;
  return (
    <View style={[styles.band, { backgroundColor: theme[verdict], borderColor: theme.line }]}>
      <VerdictBadge verdict={verdict} size={48} />
      <View role="status" aria-live="polite" style={styles.words}>
        <Words
          testID="live-verdict"
          style={[styles.word, { fontSize, lineHeight: fontSize * 1.2, color: theme.onVerdict }]}
        >
          {label}
        </Words>
        {count === 0 ? null : (
          <Words size="small" style={[styles.count, { color: theme.onVerdict }]} testID="live-count">
            {countInWords(strings, model.description.labels.positive, count, format.number(count))}
          </Words>
        )}
      </View>
      {/* Several times a second is more than anyone wants to be told. */}
      <Words style={[styles.percent, { color: theme.onVerdict }]} aria-hidden testID="live-score">
        {format.percent(percentOf(score))}
      </Words>
    </View>
  );
}

const styles = StyleSheet.create({
  band: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 12,
    minHeight: 68,
    paddingHorizontal: 14,
    borderWidth: 4,
    borderRadius: 22,
  },
  looking: { flex: 1, textAlign: 'center', fontFamily: DISPLAY_FONT, fontSize: 20 },
  words: { flex: 1 },
  word: { fontFamily: DISPLAY_FONT },
  count: { fontWeight: '600', fontSize: 15 },
  percent: { fontFamily: DISPLAY_FONT, fontSize: 20, minWidth: 50, textAlign: 'right' },
});
