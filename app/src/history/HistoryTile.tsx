// One remembered photo on the wall, with its tick or cross.
import { Image, Pressable, StyleSheet, View } from 'react-native';

import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { useTheme } from '../ui/theme';
import { VerdictBadge } from '../verdict/VerdictBadge';
import type { HistoryEntry } from './entry';
import type { History } from './history';
import { usePicture } from './use-picture';

type Props = {
  readonly history: History;
  readonly entry: HistoryEntry;
  readonly chosen: boolean;
  readonly onPress: () => void;
};

export function HistoryTile({ history, entry, chosen, onPress }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const labelOf = useLabel();
  const theme = useTheme();
  const uri = usePicture(history, entry.id);
  return (
    <Pressable
      role="button"
      aria-label={strings.history.item(labelOf(entry.label), format.moment(entry.takenAt))}
      aria-pressed={chosen}
      onPress={onPress}
      testID="history-tile"
      style={[
        styles.tile,
        { backgroundColor: theme.sunken, borderColor: chosen ? theme.accent : theme.line },
      ]}
    >
      {uri === null ? null : <Image source={{ uri }} style={StyleSheet.absoluteFill} aria-hidden />}
      <View style={[styles.foot, { backgroundColor: theme[entry.verdict] }]} />
      <View style={styles.badge}>
        <VerdictBadge verdict={entry.verdict} size={34} />
      </View>
    </Pressable>
  );
}

const styles = StyleSheet.create({
  tile: { flex: 1, borderWidth: 3, borderRadius: 16, overflow: 'hidden' },
  foot: { position: 'absolute', left: 0, right: 0, bottom: 0, height: 9 },
  badge: { position: 'absolute', right: 4, bottom: 3 },
});
