// Gliding on phones.
import { useEffect, useState } from 'react';
import { Animated, StyleSheet } from 'react-native';

import { GLIDE_MS, type GlideProps } from './glide-types';

export function Glide({ to, faded, still, children, testID }: GlideProps) {
  const { left, top, width, height } = to;
  const [at] = useState(() => ({
    left: new Animated.Value(left),
    top: new Animated.Value(top),
    width: new Animated.Value(width),
    height: new Animated.Value(height),
    opacity: new Animated.Value(0),
  }));
  useEffect(() => {
    const target = { left, top, width, height, opacity: faded ? 0 : 1 };
    const duration = still ? 0 : GLIDE_MS;
    const moves = (['left', 'top', 'width', 'height', 'opacity'] as const).map((edge) =>
      // Places are laid out, which the native driver does not do.
      Animated.timing(at[edge], { toValue: target[edge], duration, useNativeDriver: false }),
    );
    const move = Animated.parallel(moves);
    move.start();
    return () => move.stop();
  }, [at, left, top, width, height, faded, still]);
  return (
    <Animated.View style={[styles.box, at]} testID={testID}>
      {children}
    </Animated.View>
  );
}

const styles = StyleSheet.create({ box: { position: 'absolute' } });
