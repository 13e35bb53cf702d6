// Where things are in a photo, looked for when it is asked why the verdict is positive, and what the classifier says of each part.
import { useEffect, useState } from 'react';

import { detectorFor, type DetectorState } from '../detection/detector-state';
import type { Box, ScoredBox } from '../detection/detector';
import type { Photo } from '../pixels/photo';
import { photoToTensor } from '../pixels/photo-pixels';
import type { ModelState } from '../updates/model-state';
import { judge, type Judgement } from './judge';

export type Part =
  | { readonly status: 'judging' }
  | { readonly status: 'judged'; readonly judgement: Judgement }
  | { readonly status: 'failed' };

export type PhotoBoxes = {
  /** Best first; empty where there are none, no detector, or a negative verdict, which boxes would contradict. */
  readonly boxes: readonly ScoredBox[];
  /** What was asked for, by the box itself: of a number, another detector's box would take the answer for its own. */
  readonly parts: ReadonlyMap<ScoredBox, Part>;
  /** The box that was asked for last. */
  readonly last: ScoredBox | null;
  readonly judgeBox: (box: ScoredBox) => void;
};

const NONE: readonly ScoredBox[] = [];

export function usePhotoBoxes(
  photo: Photo,
  { description, verdict }: Judgement,
  model: ModelState,
  detector: DetectorState,
): PhotoBoxes {
  const [boxes, setBoxes] = useState(NONE);
  const [parts, setParts] = useState<ReadonlyMap<ScoredBox, Part>>(new Map());
  const [last, setLast] = useState<ScoredBox | null>(null);
  const finder = verdict === 'positive' ? detectorFor(detector, description) : null;

  useEffect(() => {
    if (finder === null) {
      return;
    }
    let gone = false;
    finder
      .use(async (eye) => eye.detect(await photoToTensor(photo, eye.description.input.height)))
      .then(
        (found) => {
          if (!gone) {
            setBoxes(found);
            setParts(new Map());
            setLast(null);
          }
        },
        // The verdict and its evidence stand without boxes.
        () => undefined,
      );
    return () => {
      gone = true;
    };
  }, [photo, finder]);

  const set = (box: ScoredBox, part: Part) => setParts((before) => new Map(before).set(box, part));
  const judgeBox = (box: ScoredBox) => {
    if (parts.get(box)?.status === 'judging') {
      return;
    }
    setLast(box);
    set(box, { status: 'judging' });
    void judgePart(photo, box.box, model).then((part) => set(box, part));
  };
  return { boxes, parts, last, judgeBox };
}

async function judgePart(photo: Photo, box: Box, model: ModelState): Promise<Part> {
  if (model.status !== 'ready') {
    return { status: 'failed' };
  }
  const result = await model.use((classifier) => judge(photo, classifier, box));
  return result.ok ? { status: 'judged', judgement: result.value } : { status: 'failed' };
}
