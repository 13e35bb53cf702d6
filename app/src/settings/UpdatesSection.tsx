// What the updater is doing, how the last check went, and why the last refusal was one.
import { StyleSheet, View } from 'react-native';

import { formatMoment, strings } from '../strings/strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import type { UpdateState } from '../updates/model-state';
import { percentOf } from '../verdict/verdict';
import { Row } from './Row';

type Props = { readonly updates: UpdateState; readonly onCheck: () => void };

export function UpdatesSection({ updates, onCheck }: Props) {
  const { activity, lastRefusal } = updates;
  return (
    <View style={styles.section}>
      <Words size="heading">{strings.settings.updates}</Words>
      <View aria-live="polite" role="status">
        <Words testID="update-state">{sentence(updates)}</Words>
      </View>
      {lastRefusal === null ? null : (
        <Row
          name={strings.settings.lastRefusal}
          value={`${lastRefusal.message} (${lastRefusal.code}, ${formatMoment(lastRefusal.at)})`}
          testID="last-refusal"
        />
      )}
      {activity.status === 'off' ? null : (
        <Button
          label={strings.settings.checkNow}
          onPress={onCheck}
          disabled={activity.status !== 'idle'}
          testID="check-update"
        />
      )}
    </View>
  );
}

function sentence({ activity, lastCheck }: UpdateState): string {
  switch (activity.status) {
    case 'off':
      return activity.message;
    case 'checking':
      return strings.settings.checking;
    case 'downloading':
      return strings.settings.downloading(
        activity.version,
        percentOf(activity.receivedBytes / activity.totalBytes),
      );
    case 'testing':
      return strings.settings.testing(activity.version);
    case 'idle':
      return lastCheck === null
        ? strings.settings.neverChecked
        : RESULTS[lastCheck.result](formatMoment(lastCheck.at));
  }
}

const RESULTS = {
  up_to_date: strings.settings.upToDate,
  updated: strings.settings.updated,
  refused: strings.settings.refused,
} as const;

const styles = StyleSheet.create({ section: { gap: 10 } });
