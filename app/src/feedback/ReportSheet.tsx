// "Wrong?": what it is really, whether the photo may be sent, anything to add.
import { useRef, useState } from 'react';
import { StyleSheet, TextInput, View } from 'react-native';

import type { Photo } from '../pixels/photo';
import { photoToJpeg } from '../pixels/photo-pixels';
import { APP_VERSION, PLATFORM } from '../services/build-settings';
import type { Services } from '../services/services';
import { installId } from '../storage/install-id';
import { useChoice } from '../storage/use-choice';
import type { Strings } from '../strings/languages';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { scaled } from '../ui/scaled';
import { Sheet } from '../ui/Sheet';
import { BODY_FONT, useTheme } from '../ui/theme';
import { Toggle } from '../ui/Toggle';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import type { Judgement } from '../verdict/judge';
import { opposite, percentOf, type Verdict } from '../verdict/verdict';
import { ClaimChoice } from './ClaimChoice';
import { MAX_COMMENT_LENGTH } from './report';

type Problem = keyof Pick<Strings['report'], 'photoUnreadable' | 'notStored'>;

type Props = {
  readonly services: Services;
  readonly photo: Photo;
  readonly judgement: Judgement;
  readonly onKept: (id: string) => void;
  readonly onClose: () => void;
};

export function ReportSheet({ services, photo, judgement, onKept, onClose }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const theme = useTheme();
  const { description, prediction, verdict } = judgement;
  const [claim, setClaim] = useState<Verdict>(opposite(verdict));
  const [sendPhoto, setSendPhoto] = useChoice(services.storage, 'sendPhoto');
  const [comment, setComment] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<Problem | null>(null);
  useAnnounce(problem === null ? null : strings.report[problem]);
  const closed = useRef(false);
  const close = () => {
    closed.current = true;
    onClose();
  };

  const send = async () => {
    setBusy(true);
    setProblem(null);
    try {
      const jpeg = sendPhoto ? await photoToJpeg(photo).catch(() => 'unreadable' as const) : null;
      // Whoever closed the sheet cannot be asked any more: the report goes without its photo.
      if (jpeg === 'unreadable' && !closed.current) {
        setProblem('photoUnreadable');
        setSendPhoto(false);
        return;
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
      onKept(await services.feedback.submit(draft, jpeg === 'unreadable' ? null : jpeg));
      // Whoever closed it meanwhile may have another sheet open.
      if (!closed.current) {
        onClose();
      }
    } catch {
      setProblem('notStored');
    } finally {
      setBusy(false);
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
        onChange={setSendPhoto}
        testID="send-photo"
      />
      <TextInput
        value={comment}
        onChangeText={setComment}
        placeholder={strings.report.comment}
        placeholderTextColor={theme.inkSoft}
        aria-label={strings.report.comment}
        maxLength={MAX_COMMENT_LENGTH}
        multiline
        testID="comment"
        style={scaled([
          styles.comment,
          { color: theme.ink, borderColor: theme.line, backgroundColor: theme.surface },
        ])}
      />
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

const styles = StyleSheet.create({
  comment: {
    minHeight: 88,
    padding: 14,
    borderWidth: 3,
    borderRadius: 18,
    fontFamily: BODY_FONT,
    fontSize: 17,
    textAlignVertical: 'top',
  },
});
