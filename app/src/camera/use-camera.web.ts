// Whether there is a camera and whether the page may use it. The feed itself asks the question when it opens the camera: asking
// here first, as a phone does, would make Safari ask twice.
import { useEffect, useState } from 'react';

import type { Camera, CameraState } from './camera';

export function useCamera(): Camera {
  const [status, setStatus] = useState<CameraState['status']>('unknown');
  useEffect(() => {
    void lookForCamera().then(setStatus);
  }, []);
  return { state: stateOf(status), broke: setStatus };

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

async function lookForCamera(): Promise<CameraState['status']> {
  // Absent on pages that are no secure context.
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) {
    return 'absent';
  }
  const found = await devices.enumerateDevices().catch(() => []);
  if (!found.some(({ kind }) => kind === 'videoinput')) {
    return 'absent';
  }
  // Firefox knows no such permission and throws.
  const permission = await navigator.permissions.query({ name: 'camera' }).catch(() => null);
  const answers = { granted: 'allowed', denied: 'denied', prompt: 'unasked' } as const;
  return answers[permission?.state ?? 'prompt'];
}
