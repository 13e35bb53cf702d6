// What an updater is doing, how its last check went, what it offers, why the last refusal was one, and the way back.
import { View } from 'react-native';

import type { Format } from '../strings/format';
import type { Strings } from '../strings/languages';
import { useFormat, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import type { RunningModel } from '../updates/kind';
import type { UpdateState } from '../updates/model-state';
import type { Updater } from '../updates/updater';
import { useObservable } from '../use-observable';
import { percentOf } from '../verdict/verdict';
import { isBusy } from './busy';
import { OfferPanel } from './OfferPanel';
import { Row } from './Row';

type Props<Model extends RunningModel> = {
  readonly updater: Updater<Model>;
  /** Before the names that tests know these by. */
  readonly idPrefix: string;
};

export function UpdateNews<Model extends RunningModel>({ updater, idPrefix }: Props<Model>) {
  const strings = useStrings();
  const format = useFormat();
  const updates = useObservable(updater.updates);
  const { offer, lastRefusal, wayBack } = updates;
  const busy = isBusy(updates);
  const words = sentence(updates, strings, format);
  // Each percent of a download is more than anyone wants to be told.
  const silent = updates.activity.status === 'downloading';
  useAnnounce(silent ? null : words, { onlyChanges: true });
  return (
    <>
      <View aria-live={silent ? 'off' : 'polite'} role="status">
        <Words testID={`${idPrefix}update-state`}>{words}</Words>
      </View>
      {offer === null ? null : (
        <OfferPanel
          offer={offer}
          disabled={busy}
          onTake={() => void updater.takeOffer()}
          idPrefix={idPrefix}
        />
      )}
      {lastRefusal === null ? null : (
        <Row
          name={strings.updates.lastRefusal}
          value={`${strings.updates.reasons[lastRefusal.code]} (${lastRefusal.code}, ${format.moment(lastRefusal.at)})`}
          testID={`${idPrefix}last-refusal`}
        />
      )}
      {wayBack === null ? null : (
        <Button
          label={strings.updates.goBack(wayBack)}
          onPress={() => void updater.goBack()}
          disabled={busy}
          testID={`${idPrefix}go-back`}
        />
      )}
    </>
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
