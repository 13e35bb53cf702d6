// The blink when a photo is taken. Without motion there is none.
import { useEffect, useState } from 'react';
import { Animated, Platform, StyleSheet } from 'react-native';

import { useReducedMotion } from '../ui/use-reduced-motion';

const DURATION_MS = 260;

export function Flash() {
  const still = useReducedMotion();
  const [opacity] = useState(() => new Animated.Value(0.85));
  useEffect(() => {
    const fade = Animated.timing(opacity, {
      toValue: 0,
      duration: still ? 0 : DURATION_MS,
      useNativeDriver: Platform.OS !== 'web',
    });
    fade.start();
    return () => fade.stop();
  }, [opacity, still]);
  return <Animated.View style={[styles.flash, { opacity }]} aria-hidden pointerEvents="none" />;
}

const styles = StyleSheet.create({ flash: { ...StyleSheet.absoluteFill, backgroundColor: 'white' } });
