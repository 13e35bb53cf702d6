// What stands in the viewfinder while there is no picture: the dog, and what to do.
import { Image, Platform, StyleSheet, View } from 'react-native';

import mascot from '../../assets/icons/mascot.png';
import type { Strings } from '../strings/languages';
import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { CameraState } from './use-camera';

/** Which sentence of `strings.camera` each state is put in. */
const SENTENCES = {
  unknown: 'starting',
  absent: 'noCamera',
  unasked: 'primer',
  denied: 'denied',
  broken: 'busyCamera',
} as const satisfies Record<Exclude<CameraState['status'], 'allowed'>, keyof Strings['camera']>;

export function NoCamera({ status }: { readonly status: keyof typeof SENTENCES }) {
  const strings = useStrings();
  return (
    <View style={styles.centre}>
      <Image source={mascot} style={styles.mascot} resizeMode="contain" aria-hidden />
      <Words style={styles.text}>{strings.camera[SENTENCES[status]]}</Words>
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
