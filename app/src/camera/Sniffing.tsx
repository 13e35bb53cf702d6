// Shown over the photo while it is judged; usually for less than the blink of an eye.
import { ActivityIndicator, StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';

export function Sniffing() {
  const strings = useStrings();
  return (
    <View style={styles.veil} aria-live="polite" role="status">
      <ActivityIndicator color="#FFC72C" size="large" />
      <Words size="heading" style={styles.text}>
        {strings.judging}
      </Words>
    </View>
  );
}

const styles = StyleSheet.create({
  veil: {
    ...StyleSheet.absoluteFill,
    alignItems: 'center',
    justifyContent: 'center',
    gap: 12,
    backgroundColor: 'rgba(25, 16, 9, 0.35)',
  },
  text: { color: '#FFFFFF' },
});
