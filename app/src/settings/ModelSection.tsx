// Which model classifies: its version, age, figures and what is new in it.
import { StyleSheet, View } from 'react-native';

import { useFormat, useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { ModelState } from '../updates/model-state';
import { percentOf } from '../verdict/verdict';
import { Row } from './Row';

export function ModelSection({ model }: { readonly model: ModelState }) {
  const strings = useStrings();
  const format = useFormat();
  if (model.status !== 'ready') {
    return null;
  }
  const { description, source } = model;
  const { metrics } = description;
  return (
    <View style={styles.section} testID="model-facts">
      <Words size="heading">{strings.settings.model}</Words>
      <Row
        name={strings.settings.version}
        value={`${description.version} (${strings.settings.source[source]})`}
        testID="model-version"
      />
      <Row name={strings.settings.made} value={format.date(description.created_at)} />
      <Row
        name={strings.settings.inTests}
        value={strings.settings.testFigures(
          format.percent(percentOf(metrics.recall)),
          format.share(metrics.false_alarm_rate),
        )}
      />
      {description.release_notes === undefined || description.release_notes === '' ? null : (
        <Row name={strings.settings.notes} value={description.release_notes} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({ section: { gap: 8 } });
