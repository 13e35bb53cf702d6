// The updates of the model that classifies, and what holds for those of every model: the way to check now, and when they may cost money.
import { StyleSheet, View } from 'react-native';

import { knowsMetered } from '../services/connection';
import type { Services } from '../services/services';
import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import { useObservable } from '../use-observable';
import { isBusy } from './busy';
import { ChoiceToggle } from './ChoiceToggle';
import { UpdateNews } from './UpdateNews';

type Props = Pick<Services, 'updater' | 'detector' | 'storage'>;

export function UpdatesSection({ updater, detector, storage }: Props) {
  const { updates } = useStrings();
  const state = useObservable(updater.updates);
  const detectorState = useObservable(detector.updates);
  const off = state.activity.status === 'off';
  return (
    <View style={styles.section}>
      <Words size="heading">{updates.title}</Words>
      <UpdateNews updater={updater} idPrefix="" />
      {off ? null : (
        <Button
          label={updates.checkNow}
          onPress={() => void updater.check().then(() => detector.check())}
          disabled={isBusy(state) || isBusy(detectorState)}
          testID="check-update"
        />
      )}
      {off || !knowsMetered ? null : (
        <ChoiceToggle
          storage={storage}
          choice="mobileData"
          label={updates.mobileData}
          hint={updates.mobileDataHint}
          onChosen={() => void updater.checkIfDue().then(() => detector.checkIfDue())}
        />
      )}
    </View>
  );
}

const styles = StyleSheet.create({ section: { gap: 10 } });
