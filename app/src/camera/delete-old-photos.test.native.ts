// No photo outlives the run that it was taken in, but in the history; what else lies in the cache stays.
import * as fs from 'node:fs';
import * as path from 'node:path';

import { sharedFile } from '../share/shared-file';
import { Paths } from '../storage/testing/expo-file-system';
import { deleteOldPhotos } from './delete-old-photos';

jest.mock('expo-file-system', () => jest.requireActual<object>('../storage/testing/expo-file-system'));
afterAll(() => fs.rmSync(Paths.document, { recursive: true }));

test('photos of the camera, of the picker and what was shared are deleted, where there are any', () => {
  deleteOldPhotos();
  sharedFile('deepdog-hotdog.jpg', '/9j/');
  for (const folder of ['Camera', 'ImagePicker', 'other']) {
    fs.mkdirSync(path.join(Paths.cache, folder), { recursive: true });
    fs.writeFileSync(path.join(Paths.cache, folder, '1.jpg'), 'photo');
  }
  deleteOldPhotos();
  expect(fs.readdirSync(Paths.cache)).toEqual(['other']);
});
