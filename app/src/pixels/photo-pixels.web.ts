// Photos to tensors and to JPEGs in the browser: its own decoders, in the worker.
import { askWorker } from '../worker/client';
import { type Photo, SENT_PHOTO_LONGEST, UnreadablePhotoError } from './photo';

/** The network's input: uint8 RGB, shape (1, resolution, resolution, 3). Rejects with UnreadablePhotoError. */
export async function photoToTensor(photo: Photo, resolution: number): Promise<Uint8Array> {
  const encoded = await read(photo);
  return askWorker('photoToTensor', { photo: encoded, resolution }).catch(unreadable);
}

/** The whole photo as an upright JPEG without metadata. Rejects with UnreadablePhotoError. */
export async function photoToJpeg(photo: Photo): Promise<Uint8Array> {
  const encoded = await read(photo);
  return askWorker('photoToJpeg', { photo: encoded, longest: SENT_PHOTO_LONGEST }).catch(unreadable);
}

/** Frees the memory behind a photo that is no longer shown. */
export function releasePhoto(photo: Photo): void {
  URL.revokeObjectURL(photo.uri);
}

async function read(photo: Photo): Promise<Blob> {
  return (await fetch(photo.uri)).blob();
}

function unreadable(cause: unknown): never {
  throw new UnreadablePhotoError('the browser cannot read this photo', { cause });
}
