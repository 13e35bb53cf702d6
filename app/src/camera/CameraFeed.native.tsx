// The live picture on a phone.
import { CameraView } from 'expo-camera';
import { type Ref, useEffect, useImperativeHandle, useRef, useState } from 'react';
import { StyleSheet } from 'react-native';

import type { Photo } from '../pixels/photo';
import { photoToTensor } from '../pixels/photo-pixels';
import type { CameraFeedProps, CameraHandle } from './camera';
import { deletePhoto } from './delete-photo';

type Props = CameraFeedProps & { readonly ref: Ref<CameraHandle> };
/** For how long a picture is waited for: one that never comes holds up neither the shutter nor the live view for ever. */
const PHOTO_PATIENCE_MS = 10_000;
const GLANCE_PATIENCE_MS = 3000;

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
  // One after the other: while one picture is being taken, iOS refuses the next.
  const take = (options: Options, patienceMs: number) => {
    const taken: Promise<Photo> = Promise.resolve(pending.current)
      .catch(() => undefined)
      .then(() => inTime(capture(options), patienceMs))
      .finally(() => {
        if (pending.current === taken) {
          pending.current = null;
        }
      });
    pending.current = taken;
    return taken;
  };
  useImperativeHandle(ref, () => ({
    takePhoto: () => take({ quality: 0.95 }, PHOTO_PATIENCE_MS),
    glance: async (resolutions) => {
      if (pending.current !== null) {
        throw new Error('another picture is being taken');
      }
      // The view hands out no frames, so a glance is a small quick photo that nobody keeps.
      const photo = await take({ quality: 0.5, skipProcessing: true }, GLANCE_PATIENCE_MS);
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
      enableTorch={torch && active}
      active={active}
      mode="picture"
      animateShutter={false}
      mute
      onCameraReady={() => setReady(true)}
      onMountError={() => onBroken('busy')}
    />
  );
}

/** The picture, unless it takes too long; one that comes later is deleted. */
async function inTime(picture: Promise<Photo>, patienceMs: number): Promise<Photo> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error('the camera gives no picture'));
      picture.then(deletePhoto, () => undefined);
    }, patienceMs);
  });
  return Promise.race([picture, tooLate]).finally(() => clearTimeout(timer));
}
