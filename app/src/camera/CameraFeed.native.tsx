// The live picture on a phone.
import { CameraView } from 'expo-camera';
import { type Ref, useEffect, useImperativeHandle, useRef } from 'react';
import { StyleSheet } from 'react-native';

import { photoToTensor } from '../pixels/photo-pixels';
import type { CameraFeedProps, CameraHandle } from './camera';
import { deletePhoto } from './delete-photo';

type Props = CameraFeedProps & { readonly ref: Ref<CameraHandle> };

export function CameraFeed({ ref, facing, torch, active, onReady, onBroken }: Props) {
  const view = useRef<CameraView>(null);
  // There is no picture any more, nor is there one yet when the next feed begins.
  useEffect(() => () => onReady(null), [onReady]);
  const take = async (options: { readonly quality: number; readonly skipProcessing?: boolean }) => {
    const picture = await view.current?.takePictureAsync({ ...options, shutterSound: false });
    if (picture === undefined) {
      throw new Error('the camera view is gone');
    }
    return { uri: picture.uri, takenAt: new Date().toISOString() };
  };
  useImperativeHandle(ref, () => ({
    takePhoto: () => take({ quality: 0.95 }),
    glance: async (resolutions) => {
      // The view hands out no frames, so a glance is a small quick photo that nobody keeps.
      const photo = await take({ quality: 0.5, skipProcessing: true });
      try {
        return await Promise.all(resolutions.map((resolution) => photoToTensor(photo, resolution)));
      } finally {
        deletePhoto(photo);
      }
    },
  }));
  return (
    <CameraView
      ref={view}
      style={StyleSheet.absoluteFill}
      facing={facing}
      enableTorch={torch}
      active={active}
      mode="picture"
      animateShutter={false}
      mute
      onCameraReady={() => onReady({ torch: facing === 'back', mirrored: facing === 'front' })}
      onMountError={() => onBroken('busy')}
    />
  );
}
