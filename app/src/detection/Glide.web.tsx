// Gliding in the browser, which does it by itself between two places.
import { StyleSheet, View, type ViewStyle } from 'react-native';

import { GLIDE_MS, type GlideProps } from './glide-types';

export function Glide({ to, faded, still, children, testID }: GlideProps) {
  return (
    <View style={[styles.box, still ? null : styles.moving, to, faded && styles.faded]} testID={testID}>
      {children}
    </View>
  );
}

// React Native for the Web takes CSS's transitions and animations; React Native's types do not know them.
const moving = {
  transitionProperty: 'left, top, width, height, opacity',
  transitionDuration: `${GLIDE_MS}ms`,
  transitionTimingFunction: 'linear',
  animationDuration: `${GLIDE_MS}ms`,
  animationKeyframes: {
    from: { opacity: 0, transform: 'scale(1.12)' },
    to: { opacity: 1, transform: 'none' },
  },
} as ViewStyle;

const styles = StyleSheet.create({ box: { position: 'absolute' }, moving, faded: { opacity: 0 } });
