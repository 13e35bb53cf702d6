// What the updater is doing, how the last check went, and why the last refusal was one.
import { StyleSheet, View } from 'react-native';

import type { Format } from '../strings/format';
import type { Strings } from '../strings/languages';
import { useFormat, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import type { UpdateState } from '../updates/model-state';
import { percentOf } from '../verdict/verdict';
import { Row } from './Row';

type Props = { readonly updates: UpdateState; readonly onCheck: () => void };

export function UpdatesSection({ updates, onCheck }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const { activity, lastRefusal } = updates;
  return (
    <View style={styles.section}>
      <Words size="heading">{strings.updates.title}</Words>
      <View aria-live="polite" role="status">
        <Words testID="update-state">{sentence(updates, strings, format)}</Words>
      </View>
      {lastRefusal === null ? null : (
        <Row
          name={strings.updates.lastRefusal}
          value={`${strings.updates.reasons[lastRefusal.code]} (${lastRefusal.code}, ${format.moment(lastRefusal.at)})`}
          testID="last-refusal"
        />
      )}
      {activity.status === 'off' ? null : (
        <Button
          label={strings.updates.checkNow}
          onPress={onCheck}
          disabled={activity.status !== 'idle'}
          testID="check-update"
        />
      )}
    </View>
  );
}

function sentence({ activity, lastCheck }: UpdateState, { updates }: Strings, format: Format): string {
  switch (activity.status) {
    case 'off':
      return updates.off[activity.why];
    case 'checking':
      return updates.checking;
    case 'downloading':
      return updates.downloading(
        activity.version,
        format.percent(percentOf(activity.receivedBytes / activity.totalBytes)),
      );
    case 'testing':
      return updates.testing(activity.version);
    case 'idle':
      return lastCheck === null
        ? updates.neverChecked
        : updates[RESULTS[lastCheck.result]](format.moment(lastCheck.at));
  }
}

const RESULTS = { up_to_date: 'upToDate', updated: 'updated', refused: 'refused' } as const;

const styles = StyleSheet.create({ section: { gap: 10 } });
