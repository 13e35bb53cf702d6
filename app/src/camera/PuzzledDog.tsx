// Stands in the viewfinder when a photo could not be shown: something went wrong, and it was not the user.
import { Image, StyleSheet, Text, View } from 'react-native';

import mascot from '../../assets/icons/mascot.png';
import { DISPLAY_FONT } from '../ui/theme';

export function PuzzledDog({ side }: { readonly side: number }) {
  const width = side * 0.6;
  return (
    <View style={styles.centre} aria-hidden>
      <View>
        <Image
          source={mascot}
          style={[styles.dog, { width, height: width * 0.83 }]}
          resizeMode="contain"
          aria-hidden
        />
        {/* Part of the drawing: it does not grow with the user's text. */}
        <Text
          style={[styles.mark, { fontSize: side * 0.2, lineHeight: side * 0.22 }]}
          allowFontScaling={false}
        >
          ?
        </Text>
      </View>
    </View>
  );
}

const styles = StyleSheet.create({
  centre: {
    ...StyleSheet.absoluteFill,
    alignItems: 'center',
    justifyContent: 'center',
    backgroundColor: '#FFC72C',
  },
  dog: { transform: [{ rotate: '-7deg' }] },
  mark: {
    position: 'absolute',
    top: '-19%',
    right: '-4%',
    fontFamily: DISPLAY_FONT,
    color: '#2B1608',
    transform: [{ rotate: '12deg' }],
  },
});
