// Deletes the photos of earlier runs: camera and picker leave each in the cache, which the system clears only when it is short of room.
import { Directory, Paths } from 'expo-file-system';

/** Where expo-camera and expo-image-picker put them. */
const FOLDERS = ['Camera', 'ImagePicker'];

/** To be called before there is a photo: what leaves the screen may still be read, so that only the next start knows it is not. */
export function deleteOldPhotos(): void {
  for (const name of FOLDERS) {
    try {
      const folder = new Directory(Paths.cache, name);
      if (folder.exists) {
        folder.delete();
      }
    } catch {
      // What cannot be deleted now is there at the next start.
    }
  }
}
