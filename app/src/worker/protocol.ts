// What the page asks of its worker, and what the worker answers: pixels and inference, off the main thread.
import type { ModelDescription } from '../model/description';
import type { Prediction } from '../classifier/classifier';

/** Each request's input and answer. `Blob`s are encoded photos; `handle` names a loaded model. */
export type Requests = {
  photoToTensor: {
    readonly input: { readonly photo: Blob; readonly resolution: number };
    readonly answer: Uint8Array;
  };
  photoToJpeg: {
    readonly input: { readonly photo: Blob; readonly longest: number };
    readonly answer: Uint8Array;
  };
  load: {
    readonly input: { readonly model: Uint8Array; readonly outputs: ModelDescription['outputs'] };
    readonly answer: number;
  };
  classify: {
    readonly input: { readonly handle: number; readonly tensor: Uint8Array };
    readonly answer: Prediction;
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
