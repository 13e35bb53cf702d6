// Below the band: how sure, and what to do next.
import { StyleSheet, View } from 'react-native';

import { ReportState } from '../feedback/ReportState';
import type { StoredReport } from '../feedback/report';
import { useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import { evidenceDots } from './heatmap';
import type { Judgement } from './judge';
import { ScoreMeter } from './ScoreMeter';

type Props = {
  readonly judgement: Judgement;
  readonly whyShown: boolean;
  /** The report about this photo, once there is one. */
  readonly report: StoredReport | undefined;
  readonly onNewPhoto: () => void;
  readonly onWhy: () => void;
  readonly onWrong: () => void;
};

export function VerdictPanel({ judgement, whyShown, report, onNewPhoto, onWhy, onWrong }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const positive = labelOf(judgement.description.labels.positive);
  const someEvidence = evidenceDots(judgement.prediction.heatmap).length > 0;
  return (
    <View style={styles.panel}>
      <ScoreMeter judgement={judgement} />
      {whyShown ? (
        <Words size="small" style={styles.centred}>
          {someEvidence ? strings.verdict.whySome(positive) : strings.verdict.whyNothing(positive)}
        </Words>
      ) : null}
      <View style={styles.row}>
        <View style={styles.half}>
          <Button
            icon="why"
            label={whyShown ? strings.verdict.hideWhy : strings.verdict.why}
            expanded={whyShown}
            onPress={onWhy}
            testID="why"
          />
        </View>
        {report === undefined ? (
          <View style={styles.half}>
            <Button icon="wrong" label={strings.verdict.wrong} onPress={onWrong} testID="wrong" />
          </View>
        ) : (
          <View style={styles.half}>
            <ReportState stored={report} />
          </View>
        )}
      </View>
      <Button
        kind="primary"
        icon="camera"
        label={strings.verdict.newPhoto}
        onPress={onNewPhoto}
        testID="new-photo"
      />
    </View>
  );
}

const styles = StyleSheet.create({
  panel: { gap: 14 },
  row: { flexDirection: 'row', alignItems: 'center', gap: 12 },
  half: { flex: 1 },
  centred: { textAlign: 'center' },
});
