// The one screen: aim, judge, show. Sheets rise over it for reports and settings.
import type { CameraType } from 'expo-camera';
import { useCallback, useRef, useState } from 'react';
import { ScrollView, StyleSheet, View } from 'react-native';

import { AimingControls } from '../camera/AimingControls';
import type { CameraHandle } from '../camera/CameraFeed';
import { useChoosePhoto } from '../camera/choose-photo';
import { useCamera } from '../camera/use-camera';
import { useDropAndPaste } from '../camera/use-drop-and-paste';
import { useSession } from '../camera/use-session';
import { Viewfinder } from '../camera/Viewfinder';
import { ReportSheet } from '../feedback/ReportSheet';
import type { StoredReport } from '../feedback/report';
import type { Services } from '../services/services';
import { SettingsSheet } from '../settings/SettingsSheet';
import { Halftone } from '../ui/Halftone';
import { useTheme } from '../ui/theme';
import type { ModelState } from '../updates/model-state';
import { VerdictBand } from '../verdict/VerdictBand';
import { VerdictPanel } from '../verdict/VerdictPanel';
import { Header } from './Header';
import { ProblemPanel } from './ProblemPanel';
import { useLayout } from './use-layout';

type Props = {
  readonly model: ModelState;
  readonly reports: readonly StoredReport[];
  /** Null while they start: the camera does not wait for them. */
  readonly services: Services | null;
};

type OpenSheet = 'none' | 'report' | 'settings';

export function MainScreen({ model, reports, services }: Props) {
  const theme = useTheme();
  const { wide, side, columnWidth, insets } = useLayout();
  const { camera, broke } = useCamera();
  const feed = useRef<CameraHandle>(null);
  const { session, show, fail, restart } = useSession(model);
  const [facing, setFacing] = useState<CameraType>('back');
  const [ready, setReady] = useState(false);
  const [sheet, setSheet] = useState<OpenSheet>('none');
  const [whyShown, setWhyShown] = useState(false);
  const [reportId, setReportId] = useState<string | null>(null);
  const picker = useChoosePhoto(show);
  useDropAndPaste(
    show,
    useCallback(() => fail('notAPhoto'), [fail]),
  );

  const newPhoto = () => {
    setWhyShown(false);
    setReportId(null);
    setReady(false);
    restart();
  };
  const takePhoto = () => {
    feed.current?.takePhoto().then(show, () => fail('cameraFailed'));
  };
  return (
    <View style={[styles.screen, { backgroundColor: theme.background }]}>
      <Halftone />
      <ScrollView
        contentContainerStyle={[
          styles.content,
          { paddingTop: insets.top + 10, paddingBottom: insets.bottom + 18 },
        ]}
      >
        <Header onSettings={() => setSheet('settings')} />
        <View role="main" style={wide ? styles.wide : styles.tall}>
          <Viewfinder
            side={side}
            session={session}
            camera={camera}
            cameraRef={feed}
            facing={facing}
            whyShown={whyShown}
            onReady={() => setReady(true)}
            onBroken={broke}
          />
          <View style={[styles.controls, wide && { width: columnWidth }]}>
            {session.status === 'aiming' || session.status === 'judging' ? (
              <View style={[styles.inset, styles.middle]}>
                <AimingControls
                  camera={camera}
                  ready={ready && session.status === 'aiming'}
                  onShutter={takePhoto}
                  onFlip={() => setFacing(facing === 'back' ? 'front' : 'back')}
                  onChoose={picker.choose}
                />
              </View>
            ) : session.status === 'failed' ? (
              <View style={styles.inset}>
                <ProblemPanel problem={session.problem} onTryAgain={newPhoto} />
              </View>
            ) : (
              <>
                <VerdictBand judgement={session.judgement} width={columnWidth} />
                <View style={styles.inset}>
                  <VerdictPanel
                    judgement={session.judgement}
                    whyShown={whyShown}
                    report={reports.find(({ report }) => report.id === reportId)}
                    onNewPhoto={newPhoto}
                    onWhy={() => setWhyShown(!whyShown)}
                    onWrong={() => setSheet('report')}
                  />
                </View>
              </>
            )}
          </View>
        </View>
      </ScrollView>
      {picker.element}
      {sheet === 'settings' && services !== null ? (
        <SettingsSheet services={services} onClose={() => setSheet('none')} />
      ) : null}
      {sheet === 'report' && session.status === 'judged' && services !== null ? (
        <ReportSheet
          services={services}
          photo={session.photo}
          judgement={session.judgement}
          onKept={(id) => {
            setReportId(id);
            setSheet('none');
          }}
          onClose={() => setSheet('none')}
        />
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1, overflow: 'hidden' },
  content: { flexGrow: 1, gap: 12 },
  tall: { flex: 1, gap: 18 },
  wide: {
    flex: 1,
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 40,
    padding: 24,
  },
  controls: { flexGrow: 1, flexShrink: 1, gap: 18 },
  middle: { flexGrow: 1, justifyContent: 'center' },
  inset: { paddingHorizontal: 20 },
});
