// Shares the photo with its verdict stamped on it, and says what became of it.
import { useState } from 'react';

import type { Photo } from '../pixels/photo';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { useAnnounce } from '../ui/use-announce';
import type { Judgement } from '../verdict/judge';
import { percentOf } from '../verdict/verdict';
import type { ShareOutcome } from './share-types';
import { useShare } from './use-share';

type Props = {
  readonly photo: Photo;
  readonly judgement: Judgement;
  readonly onFailed: (failed: boolean) => void;
};

export function ShareButton({ photo, judgement, onFailed }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const { share, element } = useShare();
  const [state, setState] = useState<'ready' | 'stamping' | ShareOutcome>('ready');
  useAnnounce(state === 'failed' ? strings.problem.notShared : null);
  const { verdict, description, prediction } = judgement;
  const stamp = {
    label: labelOf(description.labels[verdict]),
    verdict,
    caption: strings.verdict.caption(
      format.percent(percentOf(prediction.score)),
      labelOf(description.labels.positive),
      strings.appName,
    ),
  };
  return (
    <>
      <Button
        layout="stacked"
        icon={state === 'saved' ? 'tick' : 'share'}
        label={
          state === 'stamping'
            ? strings.verdict.sharing
            : state === 'saved'
              ? strings.verdict.saved
              : strings.verdict.share
        }
        disabled={state === 'stamping'}
        onPress={() => {
          setState('stamping');
          void share(photo, stamp).then((outcome) => {
            setState(outcome);
            onFailed(outcome === 'failed');
          });
        }}
        testID="share"
      />
      {element}
    </>
  );
}
