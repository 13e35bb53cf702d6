// Reads the camera's frames in the worker.
import { centreSquare } from '../pixels/geometry';
import { squareToTensor } from '../pixels/tensor';
import { toJpeg, whiteCanvas } from './canvas';
import type { Frame } from './protocol';

/** A frame as it is, as JPEG: the photo. */
export function frameToJpeg(frame: Frame): Promise<Uint8Array> {
  const { width, height } = sizeOf(frame);
  const context = whiteCanvas(width, height);
  context.drawImage(frame, 0, 0, width, height);
  frame.close();
  return toJpeg(context.canvas);
}

/**
 * The network's input for a glance: uint8 RGB, shape (1, resolution, resolution, 3). Here the browser shrinks, not our own
 * resampler as for a photo: a glance is one of ten in a second, and its score is smoothed.
 */
export function frameToTensor(frame: Frame, resolution: number): Uint8Array {
  const { width, height } = sizeOf(frame);
  const { left, top, side } = centreSquare(width, height);
  const doubled = Math.min(side, 2 * resolution);
  const context = whiteCanvas(doubled, doubled);
  context.drawImage(frame, left, top, side, side, 0, 0, doubled, doubled);
  frame.close();
  const { data } = context.getImageData(0, 0, doubled, doubled);
  const rowBytes = doubled * 4;
  const readRows = (row: number, count: number) => data.subarray(row * rowBytes, (row + count) * rowBytes);
  return squareToTensor(readRows, doubled, resolution);
}

function sizeOf(frame: Frame): { readonly width: number; readonly height: number } {
  return 'displayWidth' in frame ? { width: frame.displayWidth, height: frame.displayHeight } : frame;
}
