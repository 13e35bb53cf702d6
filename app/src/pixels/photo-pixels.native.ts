// Photos to tensors and to JPEGs on phones: the platform crops and shrinks, jpeg-js reads the small result.
import { File } from 'expo-file-system';
import { ImageManipulator, SaveFormat } from 'expo-image-manipulator';
import { decode } from 'jpeg-js';

import { centreSquare, fitWithin } from './geometry';
import { type Photo, SENT_PHOTO_LONGEST, UnreadablePhotoError } from './photo';
import { squareToTensor } from './tensor';

const SENT_QUALITY = 0.9;
type Image = Awaited<ReturnType<ReturnType<typeof ImageManipulator.manipulate>['renderAsync']>>;

/**
 * The network's input: uint8 RGB, shape (1, resolution, resolution, 3). Rejects with UnreadablePhotoError.
 *
 * The platform hands out no raw pixels, so they travel as a JPEG of the best quality. It halves the resolution of colour at
 * most, and the 2x2 mean that follows would have done the same.
 */
export async function photoToTensor(photo: Photo, resolution: number): Promise<Uint8Array> {
  const jpeg = await render(photo, 1, ({ width, height }, context) => {
    const { left, top, side } = centreSquare(width, height);
    const doubled = Math.min(side, 2 * resolution);
    return context
      .crop({ originX: left, originY: top, width: side, height: side })
      .resize({ width: doubled, height: doubled });
  });
  const { data, width } = decode(jpeg, { useTArray: true });
  const rowBytes = width * 4;
  const readRows = (top: number, count: number) => data.subarray(top * rowBytes, (top + count) * rowBytes);
  return squareToTensor(readRows, width, resolution);
}

/** The whole photo as an upright JPEG without metadata. Rejects with UnreadablePhotoError. */
export function photoToJpeg(photo: Photo): Promise<Uint8Array> {
  return render(photo, SENT_QUALITY, ({ width, height }, context) =>
    context.resize(fitWithin(width, height, SENT_PHOTO_LONGEST)),
  );
}

/** Photos on a phone are files in the cache, which the system clears. */
export function releasePhoto(_photo: Photo): void {}

async function render(
  photo: Photo,
  compress: number,
  edit: (upright: Image, context: ReturnType<typeof ImageManipulator.manipulate>) => typeof context,
): Promise<Uint8Array> {
  try {
    const upright = await ImageManipulator.manipulate(photo.uri).renderAsync();
    const edited = await edit(upright, ImageManipulator.manipulate(upright)).renderAsync();
    const saved = await edited.saveAsync({ format: SaveFormat.JPEG, compress });
    upright.release();
    edited.release();
    const file = new File(saved.uri);
    const jpeg = await file.bytes();
    file.delete();
    return jpeg;
  } catch (cause) {
    throw new UnreadablePhotoError('the phone cannot read this photo', { cause });
  }
}
