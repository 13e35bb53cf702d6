// Whether there is a camera and whether the page may use it. The feed itself asks the question when it opens the camera: asking
// here first, as a phone does, would make Safari ask twice.
import { useCallback, useEffect, useReducer, useState } from 'react';

import type { Camera, CameraFlaw, CameraState } from './camera';

const ANSWERS = { granted: 'allowed', denied: 'denied', prompt: 'unasked' } as const;

export function useCamera(): Camera {
  const [status, setStatus] = useState<CameraState['status']>('unknown');
  /** Null until it is known, and in browsers that do not tell. */
  const [permission, setPermission] = useState<PermissionStatus | null>(null);
  const [looks, lookAgain] = useReducer((count: number) => count + 1, 0);
  useEffect(() => {
    const look = async () => {
      if (!(await isThere())) {
        setStatus('absent');
        return;
      }
      const found = await cameraPermission();
      setPermission(found);
      setStatus(ANSWERS[found?.state ?? 'prompt']);
    };
    void look();
  }, [looks]);
  useEffect(() => {
    if (status !== 'absent') {
      return;
    }
    const devices = mediaDevices(); // one may be plugged in
    devices?.addEventListener('devicechange', lookAgain);
    return () => devices?.removeEventListener('devicechange', lookAgain);
  }, [status]);
  useEffect(() => {
    const hear = () =>
      setStatus((now) => {
        // An answer that holds once is none again as soon as the camera is closed, which the feed does for a moment to open another.
        const answer = ANSWERS[permission?.state ?? 'prompt'];
        return now === 'allowed' && answer === 'unasked' ? now : answer;
      });
    permission?.addEventListener('change', hear);
    return () => permission?.removeEventListener('change', hear);
  }, [permission]);
  const broke = useCallback(
    (flaw: CameraFlaw) => setStatus(statusAfter(flaw, permission?.state)),
    [permission],
  );
  return { state: stateOf(status), broke };

  function stateOf(now: CameraState['status']): CameraState {
    const open = () => setStatus('allowed');
    switch (now) {
      case 'unasked':
        return { status: 'unasked', ask: open };
      case 'denied':
        return { status: 'denied', openSettings: null };
      case 'busy':
        return { status: 'busy', retry: open };
      default:
        return { status: now };
    }
  }
}

/** A camera that stops because it was forbidden looks busy; who closed the question without an answer can be asked again. */
function statusAfter(flaw: CameraFlaw, answer: PermissionState | undefined): CameraState['status'] {
  if (answer === 'denied') {
    return answer;
  }
  return flaw === 'denied' && answer === 'prompt' ? 'unasked' : flaw;
}

/** Undefined on pages that are no secure context. */
function mediaDevices(): MediaDevices | undefined {
  return (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
}

async function isThere(): Promise<boolean> {
  const found =
    (await mediaDevices()
      ?.enumerateDevices()
      .catch(() => [])) ?? [];
  return found.some(({ kind }) => kind === 'videoinput');
}

/** Older versions of Firefox know no such permission and throw. */
function cameraPermission(): Promise<PermissionStatus | null> {
  return navigator.permissions.query({ name: 'camera' }).catch(() => null);
}
