// Below the band: how sure, and what to do next.
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';

import { ReportState } from '../feedback/ReportState';
import type { StoredReport } from '../feedback/report';
import type { Photo } from '../pixels/photo';
import { ShareButton } from '../share/ShareButton';
import { useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Words } from '../ui/Words';
import { evidenceDots } from './heatmap';
import type { Judgement } from './judge';
import { ScoreMeter } from './ScoreMeter';

type Props = {
  readonly photo: Photo;
  readonly judgement: Judgement;
  readonly compact: boolean;
  readonly whyShown: boolean;
  /** The report about this photo, once there is one. */
  readonly report: StoredReport | undefined;
  readonly onNewPhoto: () => void;
  readonly onWhy: () => void;
  readonly onWrong: () => void;
};

export function VerdictPanel({
  photo,
  judgement,
  compact,
  whyShown,
  report,
  onNewPhoto,
  onWhy,
  onWrong,
}: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const [shareFailed, setShareFailed] = useState(false);
  const positive = labelOf(judgement.description.labels.positive);
  const someEvidence = evidenceDots(judgement.prediction.heatmap).length > 0;
  return (
    <View style={[styles.panel, compact && styles.compact]}>
      <ScoreMeter judgement={judgement} compact={compact} />
      {whyShown ? (
        <Words size="small" style={styles.centred} aria-live="polite">
          {someEvidence ? strings.verdict.whySome(positive) : strings.verdict.whyNothing(positive)}
        </Words>
      ) : null}
      <View style={styles.row}>
        <View style={styles.third}>
          <Button
            layout="stacked"
            icon="why"
            label={whyShown ? strings.verdict.hideWhy : strings.verdict.why}
            expanded={whyShown}
            onPress={onWhy}
            testID="why"
          />
        </View>
        <View style={styles.third}>
          <ShareButton photo={photo} judgement={judgement} onFailed={setShareFailed} />
        </View>
        {report === undefined ? (
          <View style={styles.third}>
            <Button
              layout="stacked"
              icon="wrong"
              label={strings.verdict.wrong}
              onPress={onWrong}
              testID="wrong"
            />
          </View>
        ) : null}
      </View>
      {report === undefined ? null : <ReportState stored={report} />}
      {shareFailed ? (
        <Words size="small" style={styles.centred} role="alert" testID="share-failed">
          {strings.problem.notShared}
        </Words>
      ) : null}
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
  compact: { gap: 10 },
  row: { flexDirection: 'row', flexWrap: 'wrap', gap: 10 },
  third: { flexGrow: 1, minWidth: '30%', maxWidth: '100%' },
  centred: { textAlign: 'center' },
});
