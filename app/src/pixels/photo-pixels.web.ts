// Photos to tensors and to JPEGs in the browser: its own decoders, in the worker.
import type { Box } from '../detection/detector';
import { askWorker } from '../worker/client';
import { HEIC_HEAD_BYTES, isHeic } from './heic';
import { type Photo, SENT_PHOTO_LONGEST, UnreadablePhotoError } from './photo';

/**
 * The network's input, from the photo or from the square around a box in it: uint8 RGB, shape (1, resolution, resolution, 3).
 * Rejects with UnreadablePhotoError.
 */
export async function photoToTensor(
  photo: Photo,
  resolution: number,
  around: Box | null = null,
): Promise<Uint8Array> {
  if (around === null && photo.tensor?.length === resolution * resolution * 3) {
    return photo.tensor;
  }
  const encoded = await read(photo);
  return askWorker('photoToTensor', { photo: encoded, resolution, around }).catch(unreadable(encoded));
}

/** The whole photo as an upright JPEG without metadata. Rejects with UnreadablePhotoError. */
export async function photoToJpeg(photo: Photo): Promise<Uint8Array> {
  const encoded = await read(photo);
  return askWorker('photoToJpeg', { photo: encoded, longest: SENT_PHOTO_LONGEST }).catch(unreadable(encoded));
}

/** The photo's centre square as an upright JPEG without metadata, `side` pixels a side. Rejects with UnreadablePhotoError. */
export async function photoToSquare(photo: Photo, side: number): Promise<Uint8Array> {
  const encoded = await read(photo);
  return askWorker('photoToSquare', { photo: encoded, side }).catch(unreadable(encoded));
}

/** Frees the memory behind a photo that is no longer shown. */
export function releasePhoto(photo: Photo): void {
  URL.revokeObjectURL(photo.uri);
}

async function read(photo: Photo): Promise<Blob> {
  return (await fetch(photo.uri)).blob();
}

function unreadable(encoded: Blob): (cause: unknown) => Promise<never> {
  return async (cause) => {
    const head = new Uint8Array(await encoded.slice(0, HEIC_HEAD_BYTES).arrayBuffer());
    const format = isHeic(head) ? 'heic' : 'unknown';
    throw new UnreadablePhotoError('the browser cannot read this photo', format, { cause });
  };
}
