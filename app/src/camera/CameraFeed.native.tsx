// The live picture on a phone.
import { CameraView } from 'expo-camera';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { StyleSheet } from 'react-native';

import type { Photo } from '../pixels/photo';
import { photoToTensor } from '../pixels/photo-pixels';
import type { CameraFeedProps, CameraHandle } from './camera';
import { deletePhoto } from './delete-photo';

type Props = CameraFeedProps & { readonly ref: Ref<CameraHandle> };
/** For how long a picture waits for the one before it. */
const PATIENCE_MS = 3000;

type Options = { readonly quality: number; readonly skipProcessing?: boolean };

export function CameraFeed({ ref, facing, torch, active, onReady, onBroken }: Props) {
  const view = useRef<CameraView>(null);
  const pending = useRef<Promise<Photo> | null>(null);
  const [ready, setReady] = useState(false);
  useEffect(() => {
    // Not when the view says that it is ready: iOS says so once, however often the camera is switched.
    if (ready) {
      onReady({ torch: facing === 'back', mirrored: facing === 'front' });
    }
  }, [ready, facing, onReady]);
  // There is no picture any more, nor is there one yet when the next feed begins.
  useEffect(() => () => onReady(null), [onReady]);

  const capture = async (options: Options) => {
    const picture = await view.current?.takePictureAsync({ ...options, shutterSound: false });
    if (picture === undefined) {
      throw new Error('the camera view is gone');
    }
    return { uri: picture.uri, takenAt: new Date().toISOString() };
  };
  // One after the other: while one picture is being taken, iOS refuses the next. One that never comes holds up none for ever.
  const take = (options: Options) => {
    const taken: Promise<Photo> = settledOrGivenUp(pending.current)
      .then(() => capture(options))
      .finally(() => {
        if (pending.current === taken) {
          pending.current = null;
        }
      });
    pending.current = taken;
    return taken;
  };
  useImperativeHandle(ref, () => ({
    takePhoto: () => take({ quality: 0.95 }),
    glance: async (resolutions) => {
      if (pending.current !== null) {
        throw new Error('another picture is being taken');
      }
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
      onCameraReady={() => setReady(true)}
      onMountError={() => onBroken('busy')}
    />
  );
}

async function settledOrGivenUp(earlier: Promise<Photo> | null): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const patience = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS);
  });
  await Promise.race([earlier, patience]).catch(() => undefined);
  clearTimeout(timer);
}
