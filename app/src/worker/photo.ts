// Decodes photos in the worker, where the browser's decoders do what the pixel contract's first step asks.
import { centreSquare, fitWithin } from '../pixels/geometry';
import { BAND_ROWS } from '../pixels/resample';
import { squareToTensor } from '../pixels/tensor';

const JPEG_QUALITY = 0.9;

/** The network's input from an encoded photo: uint8 RGB, shape (1, resolution, resolution, 3). */
export async function photoToTensor(photo: Blob, resolution: number): Promise<Uint8Array> {
  const picture = await decode(photo);
  try {
    const { left, top, side } = centreSquare(picture.width, picture.height);
    const context = canvas(side, BAND_ROWS);
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
    const context = canvas(width, height);
    context.imageSmoothingQuality = 'high';
    context.drawImage(picture, 0, 0, width, height);
    const jpeg = await context.canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
    return new Uint8Array(await jpeg.arrayBuffer());
  } finally {
    picture.close();
  }
}

/** Upright and in sRGB. Rejects when the bytes are no picture that this browser can read. */
function decode(photo: Blob): Promise<ImageBitmap> {
  return createImageBitmap(photo, { imageOrientation: 'from-image' });
}

/** A white canvas, so that transparent parts of a picture drawn on it become white. */
function canvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) {
    throw new Error('this browser gives no canvas to draw on');
  }
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  return context;
}
