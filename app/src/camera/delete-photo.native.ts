// Deletes a photo that was only taken to be looked at.
import { File } from 'expo-file-system';

import type { Photo } from '../pixels/photo';

export function deletePhoto({ uri }: Photo): void {
  const file = new File(uri);
  if (file.exists) {
    file.delete();
  }
}
