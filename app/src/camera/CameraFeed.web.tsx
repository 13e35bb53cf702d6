// The live picture in the browser. Frames go to the worker as they are, so that nothing is encoded on the main thread.
import { type CSSProperties, type Ref, useEffect, useImperativeHandle, useRef } from 'react';

import { askWorker } from '../worker/client';
import type { Frame } from '../worker/protocol';
import type { CameraFeedProps, CameraHandle } from './camera';
import { hasTorch, isMirror, setTorch } from './open-camera';
import { photoOf } from './photo-of-file';
import { useStream } from './use-stream';

type Props = CameraFeedProps & { readonly ref: Ref<CameraHandle> };

export function CameraFeed({ ref, facing, torch, active, onReady, onBroken }: Props) {
  const video = useRef<HTMLVideoElement>(null);
  const stream = useStream(facing, onBroken);

  useEffect(() => {
    if (video.current !== null) {
      video.current.srcObject = stream;
    }
    if (stream === null) {
      onReady(null);
    }
  }, [stream, onReady]);
  useEffect(() => {
    // A feed that lies under a photo costs nothing while it is paused, and is there at once when it goes on.
    if (active) {
      void video.current?.play().catch(() => undefined);
    } else {
      video.current?.pause();
    }
  }, [active, stream]);
  useEffect(() => {
    if (stream !== null && hasTorch(stream)) {
      void setTorch(stream, torch && active).catch(() => undefined);
    }
  }, [stream, torch, active]);

  useImperativeHandle(ref, () => ({
    takePhoto: async (resolution) => {
      const frame = await grab(video.current);
      video.current?.pause();
      const { jpeg, tensor } = await askWorker('frameToPhoto', { frame, resolution }, [frame]);
      const photo = photoOf(new Blob([new Uint8Array(jpeg)], { type: 'image/jpeg' }));
      return tensor === null ? photo : { ...photo, tensor };
    },
    glance: async (resolutions) => {
      const frame = await grab(video.current);
      return askWorker('frameToTensors', { frame, resolutions }, [frame]);
    },
  }));

  return (
    <video
      ref={video}
      autoPlay
      playsInline
      muted
      tabIndex={-1}
      aria-hidden
      onPlaying={() => {
        if (stream !== null) {
          onReady({ torch: hasTorch(stream), mirrored: isMirror(stream) });
        }
      }}
      style={stream !== null && isMirror(stream) ? { ...COVER, transform: 'scaleX(-1)' } : COVER}
    />
  );
}

/** A VideoFrame is a reference to what the camera gave; an ImageBitmap would be converted on the main thread. */
async function grab(video: HTMLVideoElement | null): Promise<Frame> {
  if (video === null) {
    throw new Error('the camera view is gone');
  }
  return 'VideoFrame' in window ? new VideoFrame(video) : createImageBitmap(video);
}

const COVER: CSSProperties = {
  position: 'absolute',
  inset: 0,
  width: '100%',
  height: '100%',
  objectFit: 'cover',
};
