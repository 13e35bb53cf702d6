// Models of every kind on phones: the one place that touches react-native-fast-tflite.
import type { TfliteModule } from 'react-native-fast-tflite/lib/typescript/specs/Tflite.nitro';
import { NitroModules } from 'react-native-nitro-modules';

import type { AnyDescription } from './description';

export type LoadedModel = {
  /** Runs the model on a uint8 RGB tensor of shape (1, height, width, 3), its outputs in the file's order; rejects when its length is another. */
  readonly run: (tensor: Uint8Array) => Promise<Float32Array[]>;
  readonly dispose: () => Promise<void>;
};

/**
 * Loads a model from its bytes, so that the bytes that were checked are the bytes that run. CPU only: the
 * other delegates refuse some operators or round differently.
 */
export function loadModel(bytes: Uint8Array, { input }: Pick<AnyDescription, 'input'>): LoadedModel {
  const tflite = NitroModules.createHybridObject<TfliteModule>('TfliteModule');
  const model = tflite.createModel(exactBuffer(bytes), []);
  const length = input.height * input.width * 3;
  const run = async (tensor: Uint8Array): Promise<Float32Array[]> => {
    // The native side ignores an input of another length and answers with what it computed before.
    if (tensor.length !== length) {
      throw new RangeError(`the model reads ${length} bytes, got ${tensor.length}`);
    }
    const outputs = await model.run([exactBuffer(tensor)]);
    // The native side writes its next answer into the same buffers, so these are copies.
    return outputs.map((output) => new Float32Array(output.slice(0)));
  };
  let before: Promise<unknown> = Promise.resolve();
  return {
    run: (tensor) => {
      // One after the other: the native side writes each input over that of a run under way, and runs both on threads of their own.
      const outputs = before.then(() => run(tensor));
      before = outputs.catch(() => undefined);
      return outputs;
    },
    dispose: () => {
      model.dispose();
      return Promise.resolve();
    },
  };
}

/** The bytes alone in a buffer: a view may be part of a larger one. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
