// What there is to press before there is a photo.
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import { Words } from '../ui/Words';
import { Shutter } from './Shutter';
import type { CameraState } from './use-camera';

type Props = {
  readonly camera: CameraState;
  readonly ready: boolean;
  readonly onShutter: () => void;
  readonly onFlip: () => void;
  readonly onChoose: () => void;
};

export function AimingControls({ camera, ready, onShutter, onFlip, onChoose }: Props) {
  const strings = useStrings();
  if (camera.status === 'allowed') {
    return (
      <View style={styles.panel}>
        <Words size="title" style={styles.centred}>
          {strings.tagline}
        </Words>
        <View style={styles.shutterRow}>
          <IconButton
            icon="photos"
            label={strings.camera.choosePhoto}
            onPress={onChoose}
            size={60}
            testID="choose-photo"
          />
          <Shutter onPress={onShutter} disabled={!ready} />
          <IconButton icon="flip" label={strings.camera.flip} onPress={onFlip} size={60} />
        </View>
      </View>
    );
  }
  const { status } = camera;
  return (
    <View style={styles.panel}>
      <Words size="title" style={styles.centred}>
        {strings.tagline}
      </Words>
      {status === 'unasked' ? (
        <Button kind="primary" icon="camera" label={strings.camera.turnOn} onPress={camera.ask} />
      ) : null}
      <Button
        kind={status === 'unasked' ? 'secondary' : 'primary'}
        icon="photos"
        label={strings.camera.choosePhoto}
        onPress={onChoose}
        testID="choose-photo"
      />
    </View>
  );
}

const styles = StyleSheet.create({
  panel: { gap: 16, justifyContent: 'center' },
  centred: { textAlign: 'center' },
  shutterRow: { flexDirection: 'row', alignItems: 'center', justifyContent: 'space-evenly' },
});
