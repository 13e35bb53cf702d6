// Deletes the photos of earlier runs: camera, picker and sharing leave each in the cache, which the system clears only when it is short of room.
import { Directory, Paths } from 'expo-file-system';

import { SHARED_FOLDER } from '../share/shared-file';

/** Where expo-camera and expo-image-picker put them, and this app those with a verdict on them. */
const FOLDERS = ['Camera', 'ImagePicker', SHARED_FOLDER];

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
