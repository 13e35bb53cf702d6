// Which detector finds things in the picture, and its updates: shown only where there is one, or one was on its way.
import { StyleSheet, View } from 'react-native';

import type { Services } from '../services/services';
import { useFormat, useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { UpdateState } from '../updates/model-state';
import { useObservable } from '../use-observable';
import { ModelFacts } from './ModelFacts';
import { UpdateNews } from './UpdateNews';

export function DetectorSection({ detector }: Pick<Services, 'detector'>) {
  const { settings } = useStrings();
  const format = useFormat();
  const model = useObservable(detector.model);
  const updates = useObservable(detector.updates);
  if (model.status !== 'ready' && !isOnItsWay(updates)) {
    return null;
  }
  const figuresOf = (recall: number | null, precision: number | null) =>
    recall === null || precision === null
      ? null
      : settings.detectorFigures(format.share(recall), format.share(precision));
  return (
    <View style={styles.section} testID="detector-facts">
      <Words size="heading">{settings.detector}</Words>
      <Words soft>{settings.detectorHint}</Words>
      {model.status === 'ready' ? (
        <ModelFacts
          description={model.description}
          source={model.source}
          figures={figuresOf(model.description.metrics.recall, model.description.metrics.precision)}
          versionTestID="detector-version"
        />
      ) : null}
      <UpdateNews updater={detector} idPrefix="detector-" />
    </View>
  );
}

/** A server that cannot be reached says nothing of whether there is one. */
function isOnItsWay({ activity, offer, lastRefusal }: UpdateState): boolean {
  const arriving = activity.status === 'downloading' || activity.status === 'testing';
  return arriving || offer !== null || (lastRefusal !== null && lastRefusal.code !== 'network');
}

const styles = StyleSheet.create({ section: { gap: 8 } });
