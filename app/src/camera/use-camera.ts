// Whether there is a camera and whether it may be used.
import { CameraView, PermissionStatus, useCameraPermissions } from 'expo-camera';
import { useEffect, useState } from 'react';
import { Platform } from 'react-native';

export type CameraState =
  | { readonly status: 'unknown' }
  | { readonly status: 'absent' }
  /** Not asked yet: `ask` brings up the system's question. */
  | { readonly status: 'unasked'; readonly ask: () => void }
  | { readonly status: 'denied' }
  | { readonly status: 'allowed' }
  | { readonly status: 'broken' };

/** `broke` is for the camera view to say that it could not start. */
export function useCamera(): { readonly camera: CameraState; readonly broke: () => void } {
  const [permission, request] = useCameraPermissions();
  const [present, setPresent] = useState<boolean | null>(Platform.OS === 'web' ? null : true);
  const [broken, setBroken] = useState(false);
  useEffect(() => {
    if (Platform.OS === 'web') {
      void CameraView.isAvailableAsync().then(setPresent, () => setPresent(false));
    }
  }, []);
  return { camera: cameraState(), broke: () => setBroken(true) };

  function cameraState(): CameraState {
    if (present === false) {
      return { status: 'absent' };
    }
    if (present === null || permission === null) {
      return { status: 'unknown' };
    }
    if (permission.granted) {
      return broken ? { status: 'broken' } : { status: 'allowed' };
    }
    return permission.canAskAgain && permission.status !== PermissionStatus.DENIED
      ? { status: 'unasked', ask: () => void request() }
      : { status: 'denied' };
  }
}
