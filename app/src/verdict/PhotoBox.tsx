// A box on a photo: pressing it has that part judged, and it then bears its score.
import { Pressable, StyleSheet, View } from 'react-native';

import { BRACKET_COLOURS, Brackets } from '../detection/Brackets';
import { type Place, touchPlaceOf } from '../detection/place';
import { useFormat } from '../strings/use-strings';
import { DISPLAY_FONT, TOUCH_TARGET } from '../ui/theme';
import { Words } from '../ui/Words';
import type { Part } from './use-photo-boxes';
import { percentOf } from './verdict';
import { VerdictBadge } from './VerdictBadge';

type Props = {
  readonly place: Place;
  /** Of the square photo, in points. */
  readonly side: number;
  readonly label: string;
  readonly part: Part | undefined;
  readonly onPress: () => void;
};

export function PhotoBox({ place, side, label, part, onPress }: Props) {
  const format = useFormat();
  const target = touchPlaceOf(place, side, TOUCH_TARGET);
  const judgement = part?.status === 'judged' ? part.judgement : null;
  return (
    <Pressable
      role="button"
      aria-label={label}
      aria-busy={part?.status === 'judging'}
      onPress={onPress}
      testID="photo-box"
      style={[styles.target, target]}
    >
      <View
        style={[
          styles.box,
          {
            left: place.left - target.left,
            top: place.top - target.top,
            width: place.width,
            height: place.height,
          },
        ]}
      >
        <Brackets
          colour={judgement === null ? BRACKET_COLOURS.positive : BRACKET_COLOURS[judgement.verdict]}
        />
      </View>
      {judgement === null ? null : (
        <View style={styles.score}>
          <VerdictBadge verdict={judgement.verdict} size={22} />
          <Words size="small" style={styles.percent}>
            {format.percent(percentOf(judgement.prediction.score))}
          </Words>
        </View>
      )}
    </Pressable>
  );
}

const styles = StyleSheet.create({
  target: { position: 'absolute', alignItems: 'center', justifyContent: 'center', borderRadius: 10 },
  box: { position: 'absolute' },
  score: {
    flexDirection: 'row',
    alignItems: 'center',
    gap: 3,
    paddingLeft: 3,
    paddingRight: 8,
    borderRadius: 14,
    backgroundColor: 'rgba(25, 16, 9, 0.85)',
  },
  percent: { color: '#FFFFFF', fontFamily: DISPLAY_FONT },
});
