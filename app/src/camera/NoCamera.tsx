// What stands in the viewfinder while there is no picture: the dog, and what to do.
import { Image, Platform, StyleSheet, View } from 'react-native';

import mascot from '../../assets/icons/mascot.png';
import { strings } from '../strings/strings';
import { Words } from '../ui/Words';
import type { CameraState } from './use-camera';

const SENTENCES: Record<Exclude<CameraState['status'], 'allowed'>, string> = {
  unknown: strings.camera.starting,
  absent: strings.camera.noCamera,
  unasked: strings.camera.primer,
  denied: strings.camera.denied,
  broken: strings.camera.busyCamera,
};

export function NoCamera({ status }: { readonly status: keyof typeof SENTENCES }) {
  return (
    <View style={styles.centre}>
      <Image source={mascot} style={styles.mascot} resizeMode="contain" aria-hidden />
      <Words style={styles.text}>{SENTENCES[status]}</Words>
      {Platform.OS === 'web' && status !== 'unknown' ? (
        <Words size="small" style={styles.hint}>
          {strings.camera.dropHint}
        </Words>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  centre: { flex: 1, alignItems: 'center', justifyContent: 'center', padding: 24, gap: 10 },
  mascot: { width: 190, height: 158 },
  text: { color: '#2B1608', textAlign: 'center', maxWidth: 340, fontWeight: '600' },
  hint: { color: '#4A2E14', textAlign: 'center' },
});
