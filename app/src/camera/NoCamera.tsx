// What stands in the viewfinder while there is no picture: the dog, and what to do.
import { Image, Platform, StyleSheet, View } from 'react-native';

import mascot from '../../assets/icons/mascot.png';
import type { Strings } from '../strings/languages';
import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import type { CameraState } from './camera';

/** Which sentence of `strings.camera` each state is put in. */
const SENTENCES = {
  unknown: 'starting',
  absent: 'noCamera',
  unasked: 'primer',
  denied: 'denied',
  busy: 'busyCamera',
} as const satisfies Record<Exclude<CameraState['status'], 'allowed'>, keyof Strings['camera']>;

/** The dog's size, as a share of the square's side. */
const MASCOT_SHARE = 0.56;

type Props = { readonly status: keyof typeof SENTENCES; readonly side: number };

export function NoCamera({ status, side }: Props) {
  const strings = useStrings();
  const width = side * MASCOT_SHARE;
  return (
    <View style={styles.centre}>
      <Image source={mascot} style={{ width, height: width }} resizeMode="cover" aria-hidden />
      <Words style={[styles.text, side > 480 && styles.largeText]} testID="camera-state">
        {strings.camera[SENTENCES[status]]}
      </Words>
      {Platform.OS === 'web' && status !== 'unknown' ? (
        <Words size="small" style={styles.hint}>
          {strings.camera.dropHint}
        </Words>
      ) : null}
    </View>
  );
}

const styles = StyleSheet.create({
  centre: { flexGrow: 1, alignItems: 'center', justifyContent: 'center', padding: 24, gap: 8 },
  text: { color: '#2B1608', textAlign: 'center', maxWidth: 400, fontWeight: '600' },
  largeText: { fontSize: 20, lineHeight: 28 },
  hint: { color: '#4A2E14', textAlign: 'center' },
});
