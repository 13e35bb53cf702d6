// Lays the evidence and what was found over the photo, and says in words what they show.
import { useMemo } from 'react';
import { StyleSheet, View } from 'react-native';
import Svg, { Circle, Rect } from 'react-native-svg';

import { areaOf } from '../detection/boxes';
import { countInWords } from '../detection/count';
import type { DetectorState } from '../detection/detector-state';
import { placeOf } from '../detection/place';
import type { Observable } from '../observable';
import type { Photo } from '../pixels/photo';
import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';
import type { ModelState } from '../updates/model-state';
import { useObservable } from '../use-observable';
import { evidenceDots } from './heatmap';
import type { Judgement } from './judge';
import { PhotoBox } from './PhotoBox';
import { type Part, usePhotoBoxes } from './use-photo-boxes';
import { percentOf } from './verdict';

/** Of a photo's side, the most that the caption's text grows by with the user's: beyond, it would hide what it speaks of, and itself. */
const LARGEST_CAPTION = 1 / 180;

type Props = {
  readonly photo: Photo;
  readonly judgement: Judgement;
  readonly model: ModelState;
  readonly detector: Observable<DetectorState>;
  /** Of the square photo, in points. */
  readonly side: number;
};

export function WhyOverlay({ photo, judgement, model, detector, side }: Props) {
  const strings = useStrings();
  const format = useFormat();
  const positive = useLabel()(judgement.description.labels.positive);
  const dots = useMemo(() => evidenceDots(judgement.prediction.heatmap), [judgement]);
  const { boxes, parts, last, judgeBox } = usePhotoBoxes(photo, judgement, model, useObservable(detector));

  const percentIn = (part: Judgement) => format.percent(percentOf(part.prediction.score));
  const labelOf = (number: number, part: Part | undefined) => {
    const box = strings.boxes.box(format.number(number + 1), format.number(boxes.length));
    return part?.status === 'judged' ? strings.boxes.judged(box, positive, percentIn(part.judgement)) : box;
  };
  const sayPart = (part: Part | undefined): string => {
    switch (part?.status) {
      case undefined:
        return strings.boxes.tap;
      case 'judging':
        return strings.judging;
      case 'failed':
        return strings.boxes.failed;
      case 'judged':
        return strings.boxes.score(positive, percentIn(part.judgement));
    }
  };
  const evidence = dots.length > 0 ? strings.verdict.whySome(positive) : strings.verdict.whyNothing(positive);
  const count = format.number(boxes.length);
  const found =
    boxes.length > 0
      ? countInWords(strings, judgement.description.labels.positive, boxes.length, count)
      : evidence;
  const part = last === null ? undefined : parts.get(last);
  const largest = Math.max(1, side * LARGEST_CAPTION);
  useAnnounce(found);
  // Once there is an answer: who asked for it need not be told that it was asked for.
  useAnnounce(part === undefined || part.status === 'judging' ? null : sayPart(part));
  return (
    <View style={styles.overlay}>
      <Svg style={StyleSheet.absoluteFill} viewBox="0 0 1 1" aria-hidden>
        <Rect width={1} height={1} fill="#191009" opacity={0.45} />
        {dots.map(({ x, y, radius }) => (
          <Circle key={`${x} ${y}`} cx={x} cy={y} r={radius} fill="#FFC72C" opacity={0.9} />
        ))}
      </Svg>
      {boxes
        .map((seen, number) => ({ seen, number }))
        // A small box within a large one lies on top, to be reached.
        .sort((a, b) => areaOf(b.seen.box) - areaOf(a.seen.box))
        .map(({ seen, number }) => (
          <PhotoBox
            key={number}
            place={placeOf(seen.box, side)}
            side={side}
            label={labelOf(number, parts.get(seen))}
            part={parts.get(seen)}
            onPress={() => judgeBox(seen)}
          />
        ))}
      <View style={styles.caption} aria-live="polite" role="status">
        <Words size="small" style={styles.words} maxFontSizeMultiplier={largest} testID="why-words">
          {found}
        </Words>
        {boxes.length === 0 ? null : (
          <Words size="small" style={styles.words} maxFontSizeMultiplier={largest} testID="box-words">
            {sayPart(part)}
          </Words>
        )}
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  overlay: { ...StyleSheet.absoluteFill, justifyContent: 'flex-end', alignItems: 'center', padding: 12 },
  caption: {
    paddingHorizontal: 14,
    paddingVertical: 7,
    borderRadius: 18,
    backgroundColor: 'rgba(25, 16, 9, 0.85)',
    // What lies under it can still be pressed.
    pointerEvents: 'none',
  },
  words: { color: '#FFFFFF', textAlign: 'center', fontWeight: '600' },
});
