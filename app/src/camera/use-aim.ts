// Everything about aiming: the camera, which side it looks to, its torch, and taking the photo.
import { type RefObject, startTransition, useCallback, useRef, useState } from 'react';

import type { Photo } from '../pixels/photo';
import type { CameraFeatures, CameraFeedProps, CameraHandle, CameraState, Facing } from './camera';
import { useCamera } from './use-camera';

export type Aim = {
  readonly camera: CameraState;
  readonly feed: RefObject<CameraHandle | null>;
  readonly feedProps: Omit<CameraFeedProps, 'active'>;
  /** Null until the camera shows a picture. */
  readonly features: CameraFeatures | null;
  readonly setTorch: (on: boolean) => void;
  readonly flip: () => void;
  /** Does nothing while a photo is being taken already. */
  readonly takePhoto: () => void;
};

/**
 * Both callbacks must be stable between renders.
 * @param resolution of the network that runs, null while none does
 */
export function useAim(
  resolution: number | null,
  onPhoto: (photo: Photo) => void,
  onFailed: () => void,
): Aim {
  const { state, broke } = useCamera();
  const feed = useRef<CameraHandle>(null);
  const [facing, setFacing] = useState<Facing>('back');
  const [torch, setTorch] = useState(false);
  const [features, setFeatures] = useState<CameraFeatures | null>(null);
  const taking = useRef(false);
  const ready = useCallback((found: CameraFeatures | null) => {
    if (found === null) {
      setFeatures(null);
    } else {
      // The controls that come with the picture are drawn in slices: the browser is at its busiest when its camera starts.
      startTransition(() => setFeatures(found));
    }
  }, []);

  const takePhoto = useCallback(() => {
    if (feed.current === null || taking.current) {
      return;
    }
    taking.current = true;
    feed.current
      .takePhoto(resolution)
      .then(onPhoto, onFailed)
      .finally(() => (taking.current = false));
  }, [resolution, onPhoto, onFailed]);

  return {
    camera: state,
    feed,
    feedProps: { facing, torch, onReady: ready, onBroken: broke },
    // Where the camera is lost, its feed goes before it can say that there is no picture any more.
    features: state.status === 'allowed' ? features : null,
    setTorch,
    flip: () => {
      setTorch(false);
      setFacing(facing === 'back' ? 'front' : 'back');
    },
    takePhoto,
  };
}
