// A larger look at one remembered photo: what the verdict was, how sure, and when.
import { Image, StyleSheet, View } from 'react-native';

import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { DISPLAY_FONT, useTheme } from '../ui/theme';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import { percentOf } from '../verdict/verdict';
import { VerdictBadge } from '../verdict/VerdictBadge';
import type { HistoryEntry } from './entry';
import { PICTURE_SIDE, type History } from './history';
import { usePicture } from './use-picture';

type Props = { readonly history: History; readonly entry: HistoryEntry };

export function RememberedPhoto({ history, entry }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const labelOf = useLabel();
  const theme = useTheme();
  const uri = usePicture(history, entry.id);
  const label = labelOf(entry.label);
  const details = `${format.percent(percentOf(entry.score))} · ${format.moment(entry.takenAt)}`;
  useAnnounce(`${label}, ${details}`);
  return (
    <View
      style={[styles.card, { borderColor: theme.line, backgroundColor: theme.sunken }]}
      testID="remembered-photo"
    >
      {uri === null ? (
        <View style={styles.picture} />
      ) : (
        <Image source={{ uri }} style={styles.picture} alt={strings.verdict.photo} />
      )}
      <View style={[styles.band, { backgroundColor: theme[entry.verdict], borderColor: theme.line }]}>
        <VerdictBadge verdict={entry.verdict} size={52} />
        <View style={styles.words} role="status" aria-live="polite">
          <Words style={[styles.label, { color: theme.onVerdict }]}>{label}</Words>
          <Words size="small" style={{ color: theme.onVerdict }}>
            {details}
          </Words>
        </View>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  card: {
    width: '100%',
    maxWidth: PICTURE_SIDE,
    alignSelf: 'center',
    borderWidth: 3,
    borderRadius: 22,
    overflow: 'hidden',
  },
  picture: { width: '100%', aspectRatio: 1 },
  band: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 12,
    paddingHorizontal: 14,
    paddingVertical: 8,
    borderTopWidth: 3,
  },
  words: { flex: 1 },
  label: { fontFamily: DISPLAY_FONT, fontSize: 24, lineHeight: 30 },
});
