// The stamped picture as the file that other apps are given. They may read it for as long as they like, so it is the next start that deletes it
// (camera/delete-old-photos.native.ts).
import { base64 } from '@scure/base';
import { Directory, File, Paths } from 'expo-file-system';

/** In the cache. */
export const SHARED_FOLDER = 'Shared';

/** Writes a JPEG, given in base64, and returns its address. */
export function sharedFile(name: string, jpeg: string): string {
  const folder = new Directory(Paths.cache, SHARED_FOLDER);
  folder.create({ idempotent: true, intermediates: true });
  const file = new File(folder, name);
  file.create({ overwrite: true });
  file.write(base64.decode(jpeg));
  return file.uri;
}
