// Whether the phone's camera may be used.
import { useCameraPermissions } from 'expo-camera';
import { useEffect, useState } from 'react';
import { AppState, Linking } from 'react-native';

import type { Camera, CameraFlaw, CameraState } from './camera';

export function useCamera(): Camera {
  const [permission, request, get] = useCameraPermissions();
  const [flaw, setFlaw] = useState<CameraFlaw | null>(null);
  useEffect(() => {
    // Who comes back from the settings may have changed the answer there; the app is told of it only when it asks.
    const view = AppState.addEventListener('change', (state) => {
      if (state === 'active') {
        void get();
      }
    });
    return () => view.remove();
  }, [get]);
  return { state: cameraState(), broke: setFlaw };

  function cameraState(): CameraState {
    if (permission === null) {
      return { status: 'unknown' };
    }
    if (!permission.granted) {
      // Not the status: on Android that is `denied` from the first refusal on, after which the system asks once more.
      return permission.canAskAgain
        ? { status: 'unasked', ask: () => void request() }
        : { status: 'denied', openSettings: () => void Linking.openSettings() };
    }
    switch (flaw) {
      case null:
        return { status: 'allowed' };
      case 'busy':
        return { status: 'busy', retry: () => setFlaw(null) };
      case 'denied':
        return { status: 'denied', openSettings: () => void Linking.openSettings() };
      case 'absent':
        return { status: 'absent' };
    }
  }
}
