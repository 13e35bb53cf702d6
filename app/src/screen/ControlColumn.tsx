// Below or beside the viewfinder: what can be done now.
import { Image, StyleSheet, View } from 'react-native';

import mascot from '../../assets/icons/mascot.png';
import { AimingControls } from '../camera/AimingControls';
import type { Session } from '../camera/session';
import type { Aim } from '../camera/use-aim';
import type { StoredReport } from '../feedback/report';
import { LiveBand } from '../live/LiveBand';
import type { LiveView } from '../live/use-live-view';
import type { Observable } from '../observable';
import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { ModelState } from '../updates/model-state';
import { VerdictBand } from '../verdict/VerdictBand';
import { VerdictPanel } from '../verdict/VerdictPanel';
import { ProblemPanel } from './ProblemPanel';
import type { Layout } from './use-layout';

type Props = {
  readonly layout: Layout;
  readonly session: Session;
  readonly aim: Aim;
  readonly model: ModelState;
  readonly live: boolean;
  readonly view: Observable<LiveView | null>;
  readonly whyShown: boolean;
  readonly fromCamera: boolean;
  readonly reports: readonly StoredReport[];
  readonly underSettings: boolean;
  readonly onChoose: () => void;
  readonly onNewPhoto: () => void;
  readonly onWhy: () => void;
  readonly onWrong: () => void;
};

/** Of the dog's width. */
const DOG_HEIGHT = 0.85;

export function ControlColumn({ layout, session, aim, model, live, view, reports, ...rest }: Props) {
  const { wide, compact, columnWidth } = layout;
  const inset = wide ? null : styles.inset;
  switch (session.status) {
    case 'aiming':
    case 'judging': {
      const aiming = session.status === 'aiming';
      const ready = aim.features !== null;
      return (
        <View style={[inset, styles.aiming]}>
          <AimingControls
            camera={aim.camera}
            ready={aiming && ready}
            onShutter={aim.takePhoto}
            onFlip={aim.flip}
            onChoose={rest.onChoose}
          >
            {/* Where there is no camera, it sits in the viewfinder. */}
            {aim.camera.status === 'allowed' && layout.dog > 0 ? <Dog width={layout.dog} /> : null}
            {live && ready && aiming ? (
              <LiveBand view={view} model={model} width={columnWidth - (wide ? 0 : 40)} />
            ) : (
              <Invitation />
            )}
          </AimingControls>
        </View>
      );
    }
    case 'failed':
      return (
        <View style={inset}>
          <ProblemPanel problem={session.problem} onTryAgain={rest.onNewPhoto} />
        </View>
      );
    case 'judged': {
      const { report } = session;
      return (
        <>
          <VerdictBand judgement={session.judgement} width={columnWidth} bleed={!wide} compact={compact} />
          <View style={inset}>
            <VerdictPanel
              photo={session.photo}
              judgement={session.judgement}
              compact={compact}
              report={reports.find((stored) => report.status === 'kept' && stored.report.id === report.id)}
              reportUnderWay={report.status === 'underWay'}
              {...rest}
            />
          </View>
        </>
      );
    }
  }
}

function Dog({ width }: { readonly width: number }) {
  return (
    <Image
      source={mascot}
      style={[styles.dog, { width, height: width * DOG_HEIGHT }]}
      resizeMode="contain"
      aria-hidden
    />
  );
}

function Invitation() {
  const strings = useStrings();
  return (
    <View style={styles.invitation}>
      <Words size="heading" style={styles.words}>
        {strings.tagline}
      </Words>
    </View>
  );
}

const styles = StyleSheet.create({
  inset: { width: '100%', maxWidth: 560, alignSelf: 'center', paddingHorizontal: 20 },
  aiming: { flexGrow: 1 },
  // As high as the live verdict, so that nothing moves when it is switched on.
  invitation: { minHeight: 68, justifyContent: 'center' },
  dog: { alignSelf: 'center', marginBottom: 6 },
  words: { textAlign: 'center', fontSize: 28, lineHeight: 34 },
});
