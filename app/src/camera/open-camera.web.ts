// Opens the browser's camera. expo-camera's web view takes whatever resolution comes, 640 x 480 in Chromium, and encodes
// photos as PNG on the main thread; phones use its native view.
import type { CameraFlaw, Facing } from './camera';

/** Its square is what is shared (share/stamp.ts); more would only make the verdict wait. The browser takes the nearest that the camera has. */
const IDEAL = { width: { ideal: 1440 }, height: { ideal: 1080 } };

/** Rejects with what `flawOf` understands. */
export async function openCamera(facing: Facing): Promise<MediaStream> {
  return navigator.mediaDevices.getUserMedia({
    audio: false,
    video: { ...IDEAL, facingMode: { ideal: facing === 'back' ? 'environment' : 'user' } },
  });
}

export function closeCamera(stream: MediaStream): void {
  stream.getTracks().forEach((track) => track.stop());
}

export function flawOf(error: unknown): CameraFlaw {
  switch (error instanceof DOMException ? error.name : '') {
    case 'NotAllowedError':
    case 'SecurityError':
      return 'denied';
    case 'NotFoundError':
    case 'OverconstrainedError':
      return 'absent';
    default:
      return 'busy';
  }
}

/** Browsers that have a torch name it among a track's capabilities; the DOM's types do not know it, and think every browser has those. */
export function hasTorch(stream: MediaStream): boolean {
  const [track] = stream.getVideoTracks() as { getCapabilities?: () => { readonly torch?: boolean } }[];
  return track?.getCapabilities?.().torch === true;
}

export async function setTorch(stream: MediaStream, torch: boolean): Promise<void> {
  const [track] = stream.getVideoTracks();
  await track?.applyConstraints({ advanced: [{ torch } as MediaTrackConstraintSet] });
}

/** A camera that looks at its user is shown as a mirror; one that does not say, as on desktops, does. */
export function isMirror(stream: MediaStream): boolean {
  const { facingMode } = stream.getVideoTracks()[0]?.getSettings() ?? {};
  return facingMode !== 'environment';
}
