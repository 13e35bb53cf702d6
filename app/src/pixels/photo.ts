// A photo as the app passes it around: where it is, not what is in it.

/**
 * `uri` is a file on a phone, an object URL in a browser. `takenAt` is when the app was shown it, RFC 3339: a chosen photo may be
 * older. `tensor` is the network's input where it came with the photo: uint8 RGB, shape (1, resolution, resolution, 3).
 */
export type Photo = { readonly uri: string; readonly takenAt: string; readonly tensor?: Uint8Array };

/** Longest side, in pixels, of a photo that the user sends: enough to train on, a few hundred KB. */
export const SENT_PHOTO_LONGEST = 1280;

/** The bytes are no picture that this device can read; `format` is what they are, where that is known to be the reason. */
export class UnreadablePhotoError extends Error {
  override readonly name = 'UnreadablePhotoError';

  constructor(
    message: string,
    readonly format: 'heic' | 'unknown',
    options: { readonly cause: unknown },
  ) {
    super(message, options);
  }
}
