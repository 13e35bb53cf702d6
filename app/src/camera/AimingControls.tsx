// What there is to press before there is a photo.
import type { ReactNode } from 'react';
import { StyleSheet, View } from 'react-native';

import { useStrings } from '../strings/use-strings';
import { Button } from '../ui/Button';
import { IconButton } from '../ui/IconButton';
import type { CameraState } from './camera';
import { Shutter } from './Shutter';

type Props = {
  readonly camera: CameraState;
  readonly ready: boolean;
  readonly onShutter: () => void;
  readonly onFlip: () => void;
  readonly onChoose: () => void;
  /** What stands above the buttons: the app's invitation, or the live verdict. */
  readonly children: ReactNode;
};

export function AimingControls({ camera, ready, onShutter, onFlip, onChoose, children }: Props) {
  const strings = useStrings();
  return (
    <View style={styles.panel}>
      <View style={styles.above}>{children}</View>
      {camera.status === 'allowed' ? (
        <View style={styles.shutterRow}>
          <IconButton
            icon="photos"
            label={strings.camera.choosePhoto}
            onPress={onChoose}
            size={60}
            testID="choose-photo"
          />
          <Shutter onPress={onShutter} disabled={!ready} />
          <IconButton icon="flip" label={strings.camera.flip} onPress={onFlip} size={60} testID="flip" />
        </View>
      ) : (
        <>
          <WayToCamera camera={camera} />
          <Button
            kind={wayOf(camera) === null ? 'primary' : 'secondary'}
            icon="photos"
            label={strings.camera.choosePhoto}
            onPress={onChoose}
            testID="choose-photo"
          />
        </>
      )}
    </View>
  );
}

function WayToCamera({ camera }: { readonly camera: CameraState }) {
  const strings = useStrings();
  const way = wayOf(camera);
  return way === null ? null : (
    <Button
      kind="primary"
      icon="camera"
      label={strings.camera[way.label]}
      onPress={way.go}
      testID="turn-on-camera"
    />
  );
}

function wayOf(camera: CameraState) {
  switch (camera.status) {
    case 'unasked':
      return { label: 'turnOn', go: camera.ask } as const;
    case 'busy':
      return { label: 'retry', go: camera.retry } as const;
    case 'denied':
      return camera.openSettings === null
        ? null
        : ({ label: 'openSettings', go: camera.openSettings } as const);
    default:
      return null;
  }
}

const styles = StyleSheet.create({
  panel: { flexGrow: 1, gap: 18 },
  above: { flexGrow: 1, justifyContent: 'center' },
  shutterRow: {
    flexDirection: 'row',
    alignItems: 'center',
    justifyContent: 'space-evenly',
    paddingBottom: 22,
  },
});
