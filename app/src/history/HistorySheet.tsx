// What was judged on this device: a wall of photos, a larger look at one, and the button that forgets them all.
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';

import { useFormat, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Sheet } from '../ui/Sheet';
import { Words } from '../ui/Words';
import { useObservable } from '../use-observable';
import { HistoryTile } from './HistoryTile';
import { type History, KEPT } from './history';
import { RememberedPhoto } from './RememberedPhoto';

type Props = { readonly history: History; readonly onClose: () => void };

export function HistorySheet({ history, onClose }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const entries = useObservable(history.entries);
  const [chosenId, setChosenId] = useState<string | null>(null);
  const chosen = entries.find(({ id }) => id === chosenId);
  return (
    // Whoever pressed a photo far down the wall would not see it open above.
    <Sheet title={strings.history.title} onClose={onClose} shown={chosenId}>
      <Words soft testID="history-note">
        {entries.length === 0 ? strings.history.empty : strings.history.private(format.number(KEPT))}
      </Words>
      {chosen === undefined ? null : <RememberedPhoto key={chosen.id} history={history} entry={chosen} />}
      <View style={styles.wall}>
        {entries.map((entry) => (
          <View key={entry.id} style={styles.cell}>
            <HistoryTile
              history={history}
              entry={entry}
              chosen={entry.id === chosenId}
              onPress={() => setChosenId(entry.id === chosenId ? null : entry.id)}
            />
          </View>
        ))}
      </View>
      {entries.length === 0 ? null : (
        <Button
          icon="clear"
          label={strings.history.clear}
          onPress={() => void history.clear()}
          testID="clear-history"
        />
      )}
    </Sheet>
  );
}

const styles = StyleSheet.create({
  wall: { flexDirection: 'row', flexWrap: 'wrap', margin: -4 },
  cell: { width: '33.333%', aspectRatio: 1, padding: 4 },
});
