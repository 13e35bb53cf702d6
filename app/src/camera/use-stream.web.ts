// The camera's stream: open while the page is in view, closed when it is not, reopened for the other side.
import { useEffect, useState } from 'react';

import type { CameraFlaw, Facing } from './camera';
import { closeCamera, flawOf, openCamera } from './open-camera';

/** Null while it is opening. `onBroken` must be stable between renders. */
export function useStream(facing: Facing, onBroken: (flaw: CameraFlaw) => void): MediaStream | null {
  const seen = useSeen();
  const [stream, setStream] = useState<MediaStream | null>(null);
  useEffect(() => {
    if (!seen) {
      return;
    }
    let open: MediaStream | null = null;
    let unwanted = false;
    openCamera(facing).then(
      (opened) => {
        if (unwanted) {
          closeCamera(opened);
          return;
        }
        open = opened;
        // Fires when the camera is unplugged or its permission withdrawn, not when this page closes it.
        opened.getVideoTracks()[0]?.addEventListener('ended', () => onBroken('busy'));
        setStream(opened);
      },
      (error: unknown) => {
        if (!unwanted) {
          onBroken(flawOf(error));
        }
      },
    );
    return () => {
      unwanted = true;
      setStream(null);
      if (open !== null) {
        closeCamera(open);
      }
    };
  }, [facing, seen, onBroken]);
  return stream;
}

function useSeen(): boolean {
  const [seen, setSeen] = useState(document.visibilityState === 'visible');
  useEffect(() => {
    const look = () => setSeen(document.visibilityState === 'visible');
    document.addEventListener('visibilitychange', look);
    return () => document.removeEventListener('visibilitychange', look);
  }, []);
  return seen;
}
