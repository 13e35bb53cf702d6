// The shared picture as views, for phones: the same places and sizes as on the browser's canvas, in thirds.
import type { Ref } from 'react';
import { Image, StyleSheet, Text, View } from 'react-native';

import type { Photo } from '../pixels/photo';
import { DISPLAY_FONT } from '../ui/theme';
import { BADGE_COLOURS } from '../verdict/badge-shape';
import { VerdictBadge } from '../verdict/VerdictBadge';
import { BAND, CAPTION, type Stamp, STAMPED_SIDE, wordSize } from './stamp';

/** Points per pixel of the picture; the capture is scaled up to STAMPED_SIDE. */
const SCALE = 1 / 3;
const SIDE = STAMPED_SIDE * SCALE;

type Props = {
  readonly ref: Ref<View>;
  readonly photo: Photo;
  readonly stamp: Stamp;
  readonly onDrawn: () => void;
  readonly onFailed: () => void;
};

export function StampedPicture({ ref, photo, stamp, onDrawn, onFailed }: Props) {
  const { label, verdict, caption } = stamp;
  const fontSize = wordSize(label) * SCALE;
  return (
    // Not collapsable: Android would optimise away a view that draws nothing itself, and there would be nothing to capture.
    <View ref={ref} collapsable={false} style={styles.picture} aria-hidden pointerEvents="none">
      <Image
        testID="stamped-photo"
        source={{ uri: photo.uri }}
        style={StyleSheet.absoluteFill}
        resizeMode="cover"
        fadeDuration={0}
        // The frame after the photo has been decoded is the first that shows it.
        onLoad={() => requestAnimationFrame(onDrawn)}
        onError={onFailed}
      />
      <View style={[styles.band, { backgroundColor: BAND.colour(verdict) }]}>
        <VerdictBadge verdict={verdict} size={BAND.badge * SCALE} />
        <Text style={[styles.word, { fontSize, lineHeight: fontSize * 1.15 }]} allowFontScaling={false}>
          {label}
        </Text>
      </View>
      <Text style={styles.caption} allowFontScaling={false}>
        {caption}
      </Text>
    </View>
  );
}

const styles = StyleSheet.create({
  picture: {
    position: 'absolute',
    left: -2 * SIDE,
    top: 0,
    width: SIDE,
    height: SIDE,
    overflow: 'hidden',
    backgroundColor: 'white',
  },
  band: {
    position: 'absolute',
    left: -SIDE * 0.1,
    width: SIDE * 1.2,
    top: (BAND.centreY - BAND.height / 2 - BAND.line) * SCALE,
    height: (BAND.height + 2 * BAND.line) * SCALE,
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: BAND.gap * SCALE,
    borderTopWidth: BAND.line * SCALE,
    borderBottomWidth: (BAND.line + BAND.shadow) * SCALE,
    borderColor: BADGE_COLOURS.ink,
    transform: [{ rotate: `${BAND.turnDegrees}deg` }],
  },
  word: {
    fontFamily: DISPLAY_FONT,
    color: 'white',
    textShadowColor: 'rgba(20, 8, 0, 0.6)',
    textShadowOffset: { width: 0, height: 4 },
    textShadowRadius: 0.1,
  },
  caption: {
    position: 'absolute',
    right: (STAMPED_SIDE - CAPTION.right) * SCALE,
    bottom: (STAMPED_SIDE - CAPTION.baseline) * SCALE - 4,
    fontFamily: DISPLAY_FONT,
    fontSize: CAPTION.fontSize * SCALE,
    color: 'white',
    textShadowColor: BADGE_COLOURS.ink,
    textShadowOffset: { width: 0, height: 1 },
    textShadowRadius: 3,
  },
});
