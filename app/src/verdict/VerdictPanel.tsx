// Below the band: how sure, and what to do next.
import { useState } from 'react';
import { StyleSheet, View } from 'react-native';

import { ReportState } from '../feedback/ReportState';
import type { StoredReport } from '../feedback/report';
import type { Photo } from '../pixels/photo';
import { ShareButton } from '../share/ShareButton';
import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { TEXT_SCALE } from '../ui/text-scale';
import { Words } from '../ui/Words';
import type { Judgement } from './judge';
import { ScoreMeter } from './ScoreMeter';

type Props = {
  readonly photo: Photo;
  readonly judgement: Judgement;
  readonly compact: boolean;
  readonly whyShown: boolean;
  /** Whether the next photo comes from the camera; without one it is chosen. */
  readonly fromCamera: boolean;
  /** The report about this photo, once there is one. */
  readonly report: StoredReport | undefined;
  /** Whether the settings lie over this, whose list of reports says what becomes of it. */
  readonly underSettings: boolean;
  /** Whether it is about to be kept, which takes the time of encoding the photo. */
  readonly reportUnderWay: boolean;
  readonly onNewPhoto: () => void;
  readonly onWhy: () => void;
  readonly onWrong: () => void;
};

export function VerdictPanel({
  photo,
  judgement,
  compact,
  whyShown,
  fromCamera,
  report,
  underSettings,
  reportUnderWay,
  onNewPhoto,
  onWhy,
  onWrong,
}: Props) {
  const strings = useStrings();
  const [shareFailed, setShareFailed] = useState(false);
  const third = [styles.third, compact && styles.thirdCompact];
  return (
    <View style={[styles.panel, compact && styles.compact]}>
      <ScoreMeter judgement={judgement} compact={compact} />
      <View style={styles.row}>
        <View style={third}>
          <Button
            layout="stacked"
            icon="why"
            label={whyShown ? strings.verdict.hideWhy : strings.verdict.why}
            expanded={whyShown}
            onPress={onWhy}
            testID="why"
          />
        </View>
        <View style={third}>
          <ShareButton photo={photo} judgement={judgement} onFailed={setShareFailed} />
        </View>
        {report === undefined ? (
          <View style={third}>
            <Button
              layout="stacked"
              icon="wrong"
              label={strings.verdict.wrong}
              disabled={reportUnderWay}
              onPress={onWrong}
              testID="wrong"
            />
          </View>
        ) : (
          <View style={styles.report}>
            <ReportState stored={report} silent={underSettings} />
          </View>
        )}
      </View>
      {shareFailed ? (
        <View aria-live="polite" role="alert">
          <Words size="small" style={styles.centred} testID="share-failed">
            {strings.problem.notShared}
          </Words>
        </View>
      ) : null}
      <Button
        kind="primary"
        icon={fromCamera ? 'camera' : 'photos'}
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
  // On the smallest phone “Ausblenden” leaves the other two no more.
  thirdCompact: { minWidth: '26%' },
  // Where the button was that made the report, so that nothing moves; as wide as its longest words.
  report: { flexGrow: 1, flexBasis: 104 * TEXT_SCALE, justifyContent: 'center' },
  centred: { textAlign: 'center' },
});
