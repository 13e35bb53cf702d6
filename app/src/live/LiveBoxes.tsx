// Where things are, drawn over the live picture. How many there are is said in the band.
import { StyleSheet, View } from 'react-native';

import { ViewfinderCorners } from '../camera/ViewfinderCorners';
import { BRACKET_COLOURS, Brackets } from '../detection/Brackets';
import { Glide } from '../detection/Glide';
import { placeOf } from '../detection/place';
import { fading, present } from '../detection/track';
import type { Observable } from '../observable';
import { useReducedMotion } from '../ui/use-reduced-motion';
import { useObservable } from '../use-observable';
import type { LiveView } from './use-live-view';

type Props = {
  readonly view: Observable<LiveView | null>;
  /** Of the square picture, in points. */
  readonly side: number;
  readonly mirrored: boolean;
};

export function LiveBoxes({ view, side, mirrored }: Props) {
  const still = useReducedMotion();
  const boxes = useObservable(view)?.boxes ?? null;
  if (boxes === null) {
    return <ViewfinderCorners />;
  }
  const there = present(boxes);
  const leaving = new Set(fading(boxes));
  return (
    <View style={styles.boxes} aria-hidden>
      {/* One set of corners at a time. */}
      {there.length === 0 ? <ViewfinderCorners /> : null}
      {[...there, ...leaving].map((track) => (
        <Glide
          key={track.id}
          to={placeOf(track.box, side, mirrored)}
          faded={leaving.has(track)}
          still={still}
          testID="live-box"
        >
          <Brackets colour={BRACKET_COLOURS.positive} />
        </Glide>
      ))}
    </View>
  );
}

const styles = StyleSheet.create({ boxes: { ...StyleSheet.absoluteFill, pointerEvents: 'none' } });
