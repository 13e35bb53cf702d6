// The word: a band across the screen that slams in.
import { useEffect, useState } from 'react';
import { AccessibilityInfo, Animated, Platform, StyleSheet, Text, View } from 'react-native';

import { useFormat, useLabel, useStrings } from '../strings/use-strings';
import { DISPLAY_FONT, useTheme } from '../ui/theme';
import { useReducedMotion } from '../ui/use-reduced-motion';
import { feel } from './haptic';
import type { Judgement } from './judge';
import { percentOf } from './verdict';
import { VerdictBadge } from './VerdictBadge';
import { sizeToFit } from './word-width';

const HEIGHT = 104;
const COMPACT = 0.7;
const LARGEST = 60;
const LARGEST_BADGE = 84;
/** Of the band, so that a narrow one has room for the word. */
const BADGE_SHARE = 0.22;
const BESIDE_THE_WORD = 66;

type Props = {
  readonly judgement: Judgement;
  readonly width: number;
  /** Across the whole screen, with its tilted ends outside; otherwise a card of `width`. */
  readonly bleed: boolean;
  /** Lower, where there is little height. */
  readonly compact: boolean;
};

export function VerdictBand({ judgement, width, bleed, compact }: Props) {
  const strings = useStrings();
  const labelOf = useLabel();
  const format = useFormat();
  const theme = useTheme();
  const { verdict, description, prediction } = judgement;
  const label = labelOf(description.labels[verdict]);
  const spoken = strings.verdict.accessible(
    label,
    labelOf(description.labels.positive),
    format.percent(percentOf(prediction.score)),
  );
  const slam = useSlam();
  useEffect(() => feel(verdict), [verdict]);
  useEffect(() => {
    if (Platform.OS !== 'web') {
      AccessibilityInfo.announceForAccessibility(spoken);
    }
  }, [spoken]);
  const scale = compact ? COMPACT : 1;
  const badge = Math.min(LARGEST_BADGE * scale, width * BADGE_SHARE);
  const fontSize = sizeToFit(label, width - badge - BESIDE_THE_WORD, LARGEST * scale);
  return (
    <Animated.View
      style={[
        styles.band,
        bleed ? styles.bleed : styles.card,
        { height: HEIGHT * scale },
        { backgroundColor: theme[verdict], borderColor: theme.line, boxShadow: `0 6px 0 ${theme.shadow}` },
        slam,
      ]}
    >
      <VerdictBadge verdict={verdict} size={badge} />
      {/* Only browsers need a live region: Android's would say the word once more, after the announcement. */}
      <View aria-live={Platform.OS === 'web' ? 'assertive' : 'off'} role="alert" style={styles.words}>
        <Text
          testID="verdict"
          style={[styles.word, { fontSize, lineHeight: fontSize * 1.15, color: theme.onVerdict }]}
          // It is as large as the band has room for.
          allowFontScaling={false}
        >
          {label}
        </Text>
      </View>
    </Animated.View>
  );
}

/** The band's flight: from large and askew to its place, once. Without motion it is there at once. */
function useSlam() {
  const still = useReducedMotion();
  const [progress] = useState(() => new Animated.Value(0));
  useEffect(() => {
    if (still) {
      progress.setValue(1);
      return;
    }
    const flight = Animated.spring(progress, {
      toValue: 1,
      friction: 6,
      tension: 170,
      useNativeDriver: Platform.OS !== 'web',
    });
    flight.start();
    return () => flight.stop();
  }, [progress, still]);
  return {
    opacity: progress.interpolate({ inputRange: [0, 0.3], outputRange: [0, 1], extrapolate: 'clamp' }),
    transform: [
      { rotate: progress.interpolate({ inputRange: [0, 1], outputRange: ['-12deg', '-3deg'] }) },
      { scale: progress.interpolate({ inputRange: [0, 1], outputRange: [2.4, 1] }) },
    ],
  };
}

const styles = StyleSheet.create({
  band: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'center',
    gap: 14,
    paddingHorizontal: 36,
    borderTopWidth: 5,
    borderBottomWidth: 5,
  },
  bleed: { marginHorizontal: -24 },
  card: { paddingHorizontal: 16, borderLeftWidth: 5, borderRightWidth: 5, borderRadius: 26 },
  words: { flexShrink: 1 },
  word: {
    fontFamily: DISPLAY_FONT,
    textShadowColor: 'rgba(20, 8, 0, 0.6)',
    textShadowOffset: { width: 0, height: 4 },
    textShadowRadius: 0.1,
  },
});
