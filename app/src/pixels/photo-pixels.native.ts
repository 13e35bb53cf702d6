// Photos to tensors and to JPEGs on phones: the platform crops and shrinks, JavaScript reads the small result.
import { File } from 'expo-file-system';
import { ImageManipulator, SaveFormat, type SaveOptions } from 'expo-image-manipulator';
import { encode } from 'jpeg-js';

import type { Box } from '../detection/detector';
import { centreSquare, fitWithin, resizeSteps, type Square, squareAround } from './geometry';
import { type Photo, SENT_PHOTO_LONGEST, UnreadablePhotoError } from './photo';
import { isTransparent, readPngOnWhite } from './png';
import { squareToTensor } from './tensor';

const SENT_QUALITY = 0.9;
/** Longest side of the small copy in which to look for transparency, which shrinking keeps. */
const TRANSPARENCY_LONGEST = 64;

type Context = ReturnType<typeof ImageManipulator.manipulate>;
type Image = Awaited<ReturnType<Context['renderAsync']>>;
type Edit = (upright: Image, context: Context) => Context;

/**
 * The network's input, from the photo or from the square around a box in it: uint8 RGB, shape (1, resolution, resolution, 3).
 * Rejects with UnreadablePhotoError.
 *
 * The platform hands out no raw pixels, so they travel as a PNG, which loses none and keeps what is transparent.
 */
export async function photoToTensor(
  photo: Photo,
  resolution: number,
  around: Box | null = null,
): Promise<Uint8Array> {
  const { data, width } = await read(photo, async (upright) => {
    const square =
      around === null
        ? centreSquare(upright.width, upright.height)
        : squareAround(around, upright.width, upright.height);
    const edit = cropTo(square, Math.min(square.side, 2 * resolution));
    return readPngOnWhite(await save(upright, edit, { format: SaveFormat.PNG }));
  });
  const rowBytes = width * 4;
  const readRows = (top: number, count: number) => data.subarray(top * rowBytes, (top + count) * rowBytes);
  return squareToTensor(readRows, width, resolution);
}

/** The whole photo as an upright JPEG without metadata. Rejects with UnreadablePhotoError. */
export function photoToJpeg(photo: Photo): Promise<Uint8Array> {
  return read(photo, (upright) => toJpeg(upright, shrinkTo(SENT_PHOTO_LONGEST)));
}

/** The photo's centre square as an upright JPEG without metadata, `side` pixels a side. Rejects with UnreadablePhotoError. */
export function photoToSquare(photo: Photo, side: number): Promise<Uint8Array> {
  return read(photo, (upright) => toJpeg(upright, cropToSquare(side)));
}

/** Photos on a phone are files in the cache, which the next start clears (camera/delete-old-photos.native.ts): this one may still be read. */
export function releasePhoto(_photo: Photo): void {}

function cropToSquare(target: number): Edit {
  return (upright, context) => cropTo(centreSquare(upright.width, upright.height), target)(upright, context);
}

function cropTo({ left, top, side }: Square, target: number): Edit {
  return (_, context) =>
    resizeSteps(side, target).reduce(
      (square, step) => square.resize({ width: step, height: step }),
      context.crop({ originX: left, originY: top, width: side, height: side }),
    );
}

function shrinkTo(longest: number): Edit {
  return ({ width, height }, context) => context.resize(fitWithin(width, height, longest));
}

/** Platforms put black behind what is transparent when they write a JPEG, so such pictures are written here, on white. */
async function toJpeg(upright: Image, edit: Edit): Promise<Uint8Array> {
  const small = await save(upright, shrinkTo(TRANSPARENCY_LONGEST), { format: SaveFormat.PNG });
  if (isTransparent(small)) {
    const onWhite = readPngOnWhite(await save(upright, edit, { format: SaveFormat.PNG }));
    return encode(onWhite, SENT_QUALITY * 100).data;
  }
  return save(upright, edit, { format: SaveFormat.JPEG, compress: SENT_QUALITY });
}

/** The edited picture's bytes; no file stays behind. */
function save(upright: Image, edit: Edit, options: SaveOptions): Promise<Uint8Array> {
  return withPicture(edit(upright, ImageManipulator.manipulate(upright)), async (edited) => {
    const { uri } = await edited.saveAsync(options);
    const file = new File(uri);
    try {
      return await file.bytes();
    } finally {
      file.delete();
    }
  });
}

async function read<Answer>(photo: Photo, work: (upright: Image) => Promise<Answer>): Promise<Answer> {
  try {
    return await withPicture(ImageManipulator.manipulate(photo.uri), work);
  } catch (cause) {
    throw new UnreadablePhotoError('the phone cannot read this photo', 'unknown', { cause });
  }
}

/** Works with the picture that a context renders, then releases both: a context holds it in memory, too, 48 MB of 12 megapixels. */
async function withPicture<Answer>(
  context: Context,
  work: (picture: Image) => Promise<Answer>,
): Promise<Answer> {
  try {
    const picture = await context.renderAsync();
    try {
      return await work(picture);
    } finally {
      picture.release();
    }
  } finally {
    context.release();
  }
}
