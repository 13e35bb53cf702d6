// Decodes photos in the worker, where the browser's decoders do what the pixel contract's first step asks.
import type { Box } from '../detection/detector';
import { centreSquare, fitWithin, squareAround } from '../pixels/geometry';
import { BAND_ROWS } from '../pixels/resample';
import { squareToTensor } from '../pixels/tensor';
import { drawSquare, toJpeg, whiteCanvas } from './canvas';

/** The network's input from an encoded photo, or from the square around a box in it: uint8 RGB, shape (1, resolution, resolution, 3). */
export async function photoToTensor(
  photo: Blob,
  resolution: number,
  around: Box | null,
): Promise<Uint8Array> {
  const picture = await decode(photo);
  try {
    const { width, height } = picture;
    const { left, top, side } =
      around === null ? centreSquare(width, height) : squareAround(around, width, height);
    const context = whiteCanvas(side, BAND_ROWS);
    const readRows = (row: number, count: number) => {
      context.fillRect(0, 0, side, count);
      context.drawImage(picture, -left, -top - row);
      return context.getImageData(0, 0, side, count).data;
    };
    return squareToTensor(readRows, side, resolution);
  } finally {
    picture.close();
  }
}

/** The whole photo, upright, without metadata, at most `longest` pixels a side, as JPEG. */
export async function photoToJpeg(photo: Blob, longest: number): Promise<Uint8Array> {
  const picture = await decode(photo);
  try {
    const { width, height } = fitWithin(picture.width, picture.height, longest);
    const context = whiteCanvas(width, height);
    context.drawImage(picture, 0, 0, width, height);
    return await toJpeg(context.canvas);
  } finally {
    picture.close();
  }
}

/** The centre square of a photo, as JPEG. */
export async function photoToSquare(photo: Blob, side: number): Promise<Uint8Array> {
  const context = whiteCanvas(side, side);
  const picture = await decode(photo);
  drawSquare(context, picture);
  picture.close();
  return toJpeg(context.canvas);
}

/** Upright and in sRGB. Rejects when the bytes are no picture that this browser can read. */
export function decode(photo: Blob): Promise<ImageBitmap> {
  return createImageBitmap(photo, { imageOrientation: 'from-image' });
}
