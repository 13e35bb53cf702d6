// A photo from a file or from the clipboard.
import type { Photo } from '../pixels/photo';

export function photoOf(file: Blob): Photo {
  return { uri: URL.createObjectURL(file), takenAt: new Date().toISOString() };
}
