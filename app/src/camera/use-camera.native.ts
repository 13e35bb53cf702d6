// Whether the phone's camera may be used.
import { PermissionStatus, useCameraPermissions } from 'expo-camera';
import { useState } from 'react';
import { Linking } from 'react-native';

import type { Camera, CameraFlaw, CameraState } from './camera';

export function useCamera(): Camera {
  const [permission, request] = useCameraPermissions();
  const [flaw, setFlaw] = useState<CameraFlaw | null>(null);
  return { state: cameraState(), broke: setFlaw };

  function cameraState(): CameraState {
    if (permission === null) {
      return { status: 'unknown' };
    }
    if (!permission.granted) {
      return permission.canAskAgain && permission.status !== PermissionStatus.DENIED
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
