// "Wrong?": what it is really, whether the photo may be sent, anything to add.
import { useRef, useState } from 'react';
import { View } from 'react-native';

import type { PhotoReport } from '../camera/session';
import type { Photo } from '../pixels/photo';
import { photoToJpeg } from '../pixels/photo-pixels';
import { APP_VERSION, PLATFORM } from '../services/build-settings';
import type { Services } from '../services/services';
import { installId } from '../storage/install-id';
import { useChoice } from '../storage/use-choice';
import type { Strings } from '../strings/languages';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { Sheet } from '../ui/Sheet';
import { Toggle } from '../ui/Toggle';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import type { Judgement } from '../verdict/judge';
import { opposite, percentOf, type Verdict } from '../verdict/verdict';
import { ClaimChoice } from './ClaimChoice';
import { CommentField } from './CommentField';

/** Within these, phones take two presses for a double one. */
const DOUBLE_PRESS_MS = 300;

type Problem = keyof Pick<Strings['report'], 'photoUnreadable' | 'notStored'>;

type Props = {
  readonly services: Services;
  readonly photo: Photo;
  readonly judgement: Judgement;
  /** Of the report about this photo, also when the sheet was closed meanwhile. */
  readonly onReport: (report: PhotoReport) => void;
  readonly onClose: () => void;
};

export function ReportSheet({ services, photo, judgement, onReport, onClose }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const { description, prediction, verdict } = judgement;
  const [claim, setClaim] = useState<Verdict>(opposite(verdict));
  const [sendPhotos, setSendPhotos] = useChoice(services.storage, 'sendPhoto');
  /** Whether this photo turned out unreadable, which says nothing about the next one's. */
  const [unreadable, setUnreadable] = useState(false);
  const sendPhoto = sendPhotos && !unreadable;
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useAnnounce(problem === null ? null : strings.report[problem]);
  const closed = useRef(false);
  const close = () => {
    closed.current = true;
    onClose();
  };

  /** Tells what became of the report; what went wrong is said here. */
  const keep = async (): Promise<PhotoReport> => {
    try {
      const jpeg = sendPhoto ? await photoToJpeg(photo).catch(() => 'unreadable' as const) : null;
      // Whoever closed the sheet cannot be asked any more: the report goes without its photo.
      if (jpeg === 'unreadable' && !closed.current) {
        setProblem('photoUnreadable');
        setUnreadable(true);
        return { status: 'none' };
      }
      const draft = {
        install_id: await installId(services.storage),
        model_version: description.version,
        score: prediction.score,
        verdict,
        claimed_label: claim,
        comment,
        app_version: APP_VERSION,
        platform: PLATFORM,
        taken_at: photo.takenAt,
      };
      const id = await services.feedback.submit(draft, jpeg === 'unreadable' ? null : jpeg);
      return { status: 'kept', id };
    } catch {
      setProblem('notStored');
      return { status: 'none' };
    }
  };

  const send = async () => {
    setBusy(true);
    setProblem(null);
    onReport({ status: 'underWay' });
    const secondPress = new Promise((resolve) => setTimeout(resolve, DOUBLE_PRESS_MS));
    const report = await keep();
    onReport(report);
    if (report.status !== 'kept') {
      setBusy(false);
      return;
    }
    // The second press of a double one is for this button, not for what lies beneath.
    await secondPress;
    // Whoever closed it meanwhile may have another sheet open.
    if (!closed.current) {
      onClose();
    }
  };

  return (
    <Sheet title={strings.report.title} onClose={close}>
      <Words soft>
        {strings.report.said(
          labelOf(description.labels[verdict]),
          format.percent(percentOf(prediction.score)),
        )}
      </Words>
      <ClaimChoice labels={description.labels} claim={claim} onClaim={setClaim} />
      <Toggle
        label={strings.report.sendPhoto}
        hint={strings.report.sendPhotoHint}
        size="heading"
        on={sendPhoto}
        onChange={(on) => {
          setUnreadable(false);
          setSendPhotos(on);
        }}
        testID="send-photo"
      />
      <CommentField comment={comment} onComment={setComment} />
      {problem === null ? null : (
        <View aria-live="polite" role="alert">
          <Words>{strings.report[problem]}</Words>
        </View>
      )}
      <Button
        kind="primary"
        label={strings.report.send}
        disabled={busy}
        onPress={() => void send()}
        testID="send-report"
      />
    </Sheet>
  );
}
