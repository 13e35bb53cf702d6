// The live picture, and the way to freeze it.
import { type CameraType, CameraView } from 'expo-camera';
import { type Ref, useImperativeHandle, useRef, useState } from 'react';
import { StyleSheet, View } from 'react-native';

import type { Photo } from '../pixels/photo';
import { useStrings } from '../strings/use-strings';
import { Words } from '../ui/Words';
import { ViewfinderCorners } from './ViewfinderCorners';

export type CameraHandle = { readonly takePhoto: () => Promise<Photo> };

type Props = {
  readonly ref: Ref<CameraHandle>;
  readonly facing: CameraType;
  readonly onReady: () => void;
  readonly onBroken: () => void;
};

export function CameraFeed({ ref, facing, onReady, onBroken }: Props) {
  const strings = useStrings();
  const view = useRef<CameraView>(null);
  const [ready, setReady] = useState(false);
  useImperativeHandle(ref, () => ({
    takePhoto: async () => {
      const picture = await view.current?.takePictureAsync({ quality: 0.95, shutterSound: false });
      if (picture === undefined) {
        throw new Error('the camera view is gone');
      }
      return { uri: picture.uri, takenAt: new Date().toISOString() };
    },
  }));
  return (
    <View style={StyleSheet.absoluteFill}>
      <CameraView
        ref={view}
        style={StyleSheet.absoluteFill}
        facing={facing}
        mode="picture"
        mute
        onCameraReady={() => {
          setReady(true);
          onReady();
        }}
        onMountError={onBroken}
      />
      {ready ? (
        <ViewfinderCorners />
      ) : (
        <View style={styles.starting}>
          <Words style={styles.startingText}>{strings.camera.starting}</Words>
        </View>
      )}
    </View>
  );
}

const styles = StyleSheet.create({
  starting: { ...StyleSheet.absoluteFill, alignItems: 'center', justifyContent: 'center' },
  startingText: { color: '#FFF1D6' },
});
