// What the updater is doing, how the last check went, what it offers, the way back, and why the last refusal was one.
import { StyleSheet, View } from 'react-native';

import { knowsMetered } from '../services/connection';
import type { Services } from '../services/services';
import type { Format } from '../strings/format';
import type { Strings } from '../strings/languages';
import { useFormat, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import type { UpdateState } from '../updates/model-state';
import { useObservable } from '../use-observable';
import { percentOf } from '../verdict/verdict';
import { ChoiceToggle } from './ChoiceToggle';
import { OfferPanel } from './OfferPanel';
import { Row } from './Row';

export function UpdatesSection({ updater, storage }: Pick<Services, 'updater' | 'storage'>) {
  const strings = useStrings();
  const format = useFormat();
  const updates = useObservable(updater.updates);
  const { activity, offer, lastRefusal, wayBack } = updates;
  const off = activity.status === 'off';
  const busy = !off && activity.status !== 'idle';
  return (
    <View style={styles.section}>
      <Words size="heading">{strings.updates.title}</Words>
      <View aria-live="polite" role="status">
        <Words testID="update-state">{sentence(updates, strings, format)}</Words>
      </View>
      {offer === null ? null : (
        <OfferPanel offer={offer} disabled={busy} onTake={() => void updater.takeOffer()} />
      )}
      {lastRefusal === null ? null : (
        <Row
          name={strings.updates.lastRefusal}
          value={`${strings.updates.reasons[lastRefusal.code]} (${lastRefusal.code}, ${format.moment(lastRefusal.at)})`}
          testID="last-refusal"
        />
      )}
      {off ? null : (
        <Button
          label={strings.updates.checkNow}
          onPress={() => void updater.check()}
          disabled={busy}
          testID="check-update"
        />
      )}
      {wayBack === null ? null : (
        <Button
          label={strings.updates.goBack(wayBack)}
          onPress={() => void updater.goBack()}
          disabled={busy}
          testID="go-back"
        />
      )}
      {off || !knowsMetered ? null : (
        <ChoiceToggle
          storage={storage}
          choice="mobileData"
          label={strings.updates.mobileData}
          hint={strings.updates.mobileDataHint}
          onChosen={() => void updater.checkIfDue()}
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
        format.megabytes(activity.totalBytes),
      );
    case 'testing':
      return updates.testing(activity.version);
    case 'idle':
      return lastCheck === null
        ? updates.neverChecked
        : updates[RESULTS[lastCheck.result]](format.moment(lastCheck.at));
  }
}

const RESULTS = {
  up_to_date: 'upToDate',
  updated: 'updated',
  offered: 'offered',
  refused: 'refused',
} as const;

const styles = StyleSheet.create({ section: { gap: 10 } });
