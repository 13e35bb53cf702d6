// Canvases in the worker: white ones, since transparent parts of a picture must become white.
import { centreSquare } from '../pixels/geometry';
import type { Frame } from './protocol';

const JPEG_QUALITY = 0.9;

export function whiteCanvas(width: number, height: number): OffscreenCanvasRenderingContext2D {
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) {
    throw new Error('this browser gives no canvas to draw on');
  }
  context.imageSmoothingQuality = 'high';
  context.fillStyle = 'white';
  context.fillRect(0, 0, width, height);
  return context;
}

/** Fills a square canvas with the centre square of `picture`. */
export function drawSquare(context: OffscreenCanvasRenderingContext2D, picture: Frame): void {
  const { width, height } = sizeOf(picture);
  const { left, top, side } = centreSquare(width, height);
  const target = context.canvas.width;
  context.drawImage(picture, left, top, side, side, 0, 0, target, target);
}

export function sizeOf(picture: Frame): { readonly width: number; readonly height: number } {
  return 'displayWidth' in picture ? { width: picture.displayWidth, height: picture.displayHeight } : picture;
}

export async function toJpeg(canvas: OffscreenCanvas): Promise<Uint8Array> {
  const jpeg = await canvas.convertToBlob({ type: 'image/jpeg', quality: JPEG_QUALITY });
  return new Uint8Array(await jpeg.arrayBuffer());
}
