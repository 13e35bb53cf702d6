// Reads the camera's frames in the worker.
import { STAMPED_SIDE } from '../share/stamp';
import type { ReadRows } from '../pixels/resample';
import { squareToTensor } from '../pixels/tensor';
import { drawSquare, sizeOf, toJpeg, whiteCanvas } from './canvas';
import type { Frame, Requests } from './protocol';

/**
 * The photo that a frame becomes: the square that the viewfinder shows, no larger than it is shared, as JPEG; and what the
 * network reads of it, so that the verdict does not wait for the JPEG to be decoded again.
 */
export async function frameToPhoto(
  frame: Frame,
  resolution: number | null,
): Promise<Requests['frameToPhoto']['answer']> {
  const context = read(frame, () => squareOf(frame, STAMPED_SIDE));
  // The browser encodes on a thread of its own, meanwhile.
  const jpeg = toJpeg(context.canvas);
  const tensor =
    resolution === null ? null : squareToTensor(rowsOf(context), context.canvas.width, resolution);
  return { jpeg: await jpeg, tensor };
}

/**
 * The inputs of each network for a glance: uint8 RGB, shape (1, resolution, resolution, 3). Here the browser shrinks, not our own
 * resampler as for a photo: a glance is one of ten in a second, and what is seen in it is smoothed.
 */
export function frameToTensors(frame: Frame, resolutions: readonly number[]): readonly Uint8Array[] {
  return read(frame, () =>
    resolutions.map((resolution) => {
      const context = squareOf(frame, 2 * resolution);
      return squareToTensor(rowsOf(context), context.canvas.width, resolution);
    }),
  );
}

/** Closes the frame after its only reading, for which there may be no canvas. */
function read<Answer>(frame: Frame, reading: () => Answer): Answer {
  try {
    return reading();
  } finally {
    frame.close();
  }
}

/** The frame's centre square on a canvas of at most `largest` pixels a side. */
function squareOf(frame: Frame, largest: number): OffscreenCanvasRenderingContext2D {
  const { width, height } = sizeOf(frame);
  const side = Math.min(width, height, largest);
  const context = whiteCanvas(side, side);
  drawSquare(context, frame);
  return context;
}

/** Rows of a square canvas, for the resampler. */
function rowsOf(context: OffscreenCanvasRenderingContext2D): ReadRows {
  return (top, count) => context.getImageData(0, top, context.canvas.width, count).data;
}
