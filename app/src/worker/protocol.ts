// What the page asks of its worker, and what the worker answers: pixels, inference and signatures, off the main thread.
import type { Prediction } from '../classifier/classifier';
import type { Box, ScoredBox } from '../detection/detector';
import type { ModelDescription } from '../model/description';
import type { DetectorDescription } from '../model/detector-description';
import type { Stamp } from '../share/stamp';

/** A picture of the camera's; older browsers know no VideoFrame. */
export type Frame = VideoFrame | ImageBitmap;

/**
 * Each request's input and answer. `Blob`s are encoded photos, frames are the camera's and go over to the worker, which closes
 * them; `handle` names a loaded model. Byte arrays in answers are JPEGs unless they are tensors.
 */
export type Requests = {
  /** Of the centre square, or of the square around a box in it. */
  photoToTensor: {
    readonly input: { readonly photo: Blob; readonly resolution: number; readonly around: Box | null };
    readonly answer: Uint8Array;
  };
  photoToJpeg: {
    readonly input: { readonly photo: Blob; readonly longest: number };
    readonly answer: Uint8Array;
  };
  /** The centre square, `side` pixels a side. */
  photoToSquare: {
    readonly input: { readonly photo: Blob; readonly side: number };
    readonly answer: Uint8Array;
  };
  stampPhoto: {
    readonly input: { readonly photo: Blob; readonly stamp: Stamp };
    readonly answer: Uint8Array;
  };
  /** One tensor for each network that looks at the frame. */
  frameToTensors: {
    readonly input: { readonly frame: Frame; readonly resolutions: readonly number[] };
    readonly answer: readonly Uint8Array[];
  };
  /** `resolution` is null where no model runs yet that could say which tensor it wants. */
  frameToPhoto: {
    readonly input: { readonly frame: Frame; readonly resolution: number | null };
    readonly answer: { readonly jpeg: Uint8Array; readonly tensor: Uint8Array | null };
  };
  load: {
    readonly input: { readonly model: Uint8Array };
    readonly answer: number;
  };
  classify: {
    readonly input: {
      readonly handle: number;
      readonly tensor: Uint8Array;
      readonly outputs: ModelDescription['outputs'];
    };
    readonly answer: Prediction;
  };
  detect: {
    readonly input: {
      readonly handle: number;
      readonly tensor: Uint8Array;
    } & Pick<DetectorDescription, 'outputs' | 'threshold' | 'decoding'>;
    readonly answer: readonly ScoredBox[];
  };
  bestCell: {
    readonly input: {
      readonly handle: number;
      readonly tensor: Uint8Array;
      readonly outputs: DetectorDescription['outputs'];
    };
    readonly answer: ScoredBox;
  };
  verifySignature: {
    readonly input: {
      readonly signature: Uint8Array;
      readonly message: Uint8Array;
      readonly key: Uint8Array;
    };
    readonly answer: boolean;
  };
  dispose: { readonly input: { readonly handle: number }; readonly answer: null };
};

export type Kind = keyof Requests;

export type Request = {
  [K in Kind]: { readonly id: number; readonly kind: K; readonly input: Requests[K]['input'] };
}[Kind];

export type Reply =
  | { readonly id: number; readonly ok: true; readonly answer: Requests[Kind]['answer'] }
  | { readonly id: number; readonly ok: false; readonly message: string };
