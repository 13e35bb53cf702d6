// Shown over the photo while it is judged, unless that takes no longer than the blink of an eye.
import { useEffect, useState } from 'react';
import { ActivityIndicator, StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { useAnnounce } from '../ui/use-announce';
import { Words } from '../ui/Words';

const PATIENCE_MS = 250;

export function Sniffing() {
  const strings = useStrings();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), PATIENCE_MS);
    return () => clearTimeout(timer);
  }, []);
  useAnnounce(shown ? strings.judging : null);
  return shown ? (
    <View style={styles.veil} aria-live="polite" role="status">
      <ActivityIndicator color="#FFC72C" size="large" />
      <Words size="heading" style={styles.text}>
        {strings.judging}
      </Words>
    </View>
  ) : null;
}

const styles = StyleSheet.create({
  veil: {
    ...StyleSheet.absoluteFill,
    alignItems: 'center',
    justifyContent: 'center',
    gap: 12,
    backgroundColor: 'rgba(25, 16, 9, 0.6)',
  },
  text: { color: '#FFFFFF' },
});
