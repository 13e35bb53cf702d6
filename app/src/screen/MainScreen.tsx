// The one screen: aim, judge, show. Sheets rise over it for history, reports and settings.
import { useCallback, useState } from 'react';
import { ScrollView, StyleSheet, View } from 'react-native';

import { useChoosePhoto } from '../camera/choose-photo';
import { DropVeil } from '../camera/DropVeil';
import { useAim } from '../camera/use-aim';
import { useDropAndPaste } from '../camera/use-drop-and-paste';
import { useSession } from '../camera/use-session';
import type { DetectorState } from '../detection/detector-state';
import type { StoredReport } from '../feedback/report';
import { useLiveView } from '../live/use-live-view';
import type { Observable } from '../observable';
import type { Photo } from '../pixels/photo';
import type { Services } from '../services/services';
import { Halftone } from '../ui/Halftone';
import { SmallTypeLookup } from '../ui/SmallTypeLookup';
import { useTheme } from '../ui/theme';
import type { ModelState } from '../updates/model-state';
import { ControlColumn } from './ControlColumn';
import { Header } from './Header';
import { Picture } from './Picture';
import { Sheets } from './Sheets';
import { GUTTER, useLayout } from './use-layout';
import { useRecord } from './use-record';
import { useSheet } from './use-sheet';

type Props = {
  readonly model: ModelState;
  /** Where things are; the screen is the same without one, but for that. */
  readonly detector: Observable<DetectorState>;
  readonly reports: readonly StoredReport[];
  /** Null while they start: the camera does not wait for them. */
  readonly services: Services | null;
};

export function MainScreen({ model, detector, reports, services }: Props) {
  const theme = useTheme();
  const layout = useLayout();
  const { wide, short, side, columnWidth, insets } = layout;
  const { session, show, reported, fail, restart } = useSession(model);
  const [whyShown, setWhyShown] = useState(false);
  const { sheet, open, close, dropReport } = useSheet();
  const leave = useCallback(() => {
    setWhyShown(false);
    dropReport();
  }, [dropReport]);
  // Also where a photo is dropped upon the verdict of another: nothing of that one is this one's.
  const take = useCallback(
    (photo: Photo) => {
      leave();
      show(photo);
    },
    [leave, show],
  );
  const aim = useAim(
    model.status === 'ready' ? model.description.input.height : null,
    take,
    useCallback(() => fail('cameraFailed'), [fail]),
  );
  const [live, setLive] = useState(false);
  const view = useLiveView(
    aim.feed,
    model,
    detector,
    // Nor under a sheet, where VoiceOver would go on announcing verdicts.
    live && sheet === 'none' && session.status === 'aiming' && aim.features !== null,
  );
  const picker = useChoosePhoto(
    take,
    useCallback(() => fail('unreadablePhoto'), [fail]),
  );
  const fileHeld = useDropAndPaste(
    sheet === 'none',
    take,
    useCallback(() => fail('notAPhoto'), [fail]),
  );
  useRecord(session, services);
  const fromCamera = aim.camera.status !== 'absent' && aim.camera.status !== 'denied';
  const newPhoto = () => {
    leave();
    restart();
    if (!fromCamera) {
      picker.choose();
    }
  };
  const shown = { session, aim, model, live, view, whyShown };
  const header = <Header onHistory={() => open('history')} onSettings={() => open('settings')} />;
  return (
    <View style={[styles.screen, { backgroundColor: theme.background }]}>
      <Halftone />
      <SmallTypeLookup />
      <ScrollView
        contentContainerStyle={[
          styles.content,
          {
            paddingTop: insets.top + 12,
            paddingBottom: insets.bottom + 18,
            paddingLeft: insets.left,
            paddingRight: insets.right,
          },
        ]}
      >
        {short ? null : (
          <View style={wide ? { width: side + GUTTER + columnWidth, alignSelf: 'center' } : styles.inset}>
            {header}
          </View>
        )}
        <View role="main" style={wide ? styles.wide : styles.tall}>
          <Picture side={side} detector={detector} onLive={setLive} {...shown} />
          <View
            style={[
              styles.controls,
              wide && { width: columnWidth },
              wide && styles.controlsWide,
              short && styles.controlsShort,
            ]}
          >
            {short ? header : null}
            <ControlColumn
              layout={layout}
              {...shown}
              fromCamera={fromCamera}
              reports={reports}
              underSettings={sheet === 'settings'}
              onChoose={picker.choose}
              onNewPhoto={newPhoto}
              onWhy={() => setWhyShown(!whyShown)}
              onWrong={() => open('report')}
            />
          </View>
        </View>
      </ScrollView>
      {picker.element}
      {fileHeld ? <DropVeil /> : null}
      {services === null ? null : (
        <Sheets open={sheet} session={session} services={services} onReported={reported} onClose={close} />
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  screen: { flex: 1, overflow: 'hidden' },
  content: { flexGrow: 1, gap: 12 },
  inset: { paddingHorizontal: 20 },
  tall: { flex: 1, gap: 18 },
  wide: { flex: 1, flexDirection: 'row', alignItems: 'center', justifyContent: 'center', gap: GUTTER },
  controls: { flexGrow: 1, gap: 18 },
  controlsShort: { gap: 12 },
  controlsWide: { flexGrow: 0, gap: 22 },
});
