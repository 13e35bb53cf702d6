// Which model classifies.
import { StyleSheet, View } from 'react-native';

import { useFormat, useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { ModelState } from '../updates/model-state';
import { ModelFacts } from './ModelFacts';

export function ModelSection({ model }: { readonly model: ModelState }) {
  const { settings } = useStrings();
  const format = useFormat();
  if (model.status !== 'ready') {
    return null;
  }
  const { description, source } = model;
  const { recall, false_alarm_rate: falseAlarms } = description.metrics;
  return (
    <View style={styles.section} testID="model-facts">
      <Words size="heading">{settings.model}</Words>
      <ModelFacts
        description={description}
        source={source}
        figures={settings.testFigures(format.share(recall), format.share(falseAlarms))}
        versionTestID="model-version"
      />
    </View>
  );
}

const styles = StyleSheet.create({ section: { gap: 8 } });
