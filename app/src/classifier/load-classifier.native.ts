// Runs models on phones: the one place that touches react-native-fast-tflite.
import type { TfliteModule } from 'react-native-fast-tflite/lib/typescript/specs/Tflite.nitro';
import { NitroModules } from 'react-native-nitro-modules';

import type { LoadClassifier } from './classifier';
import { readOutputs } from './outputs';

/**
 * Loads a model from its bytes, so that the bytes that were checked are the bytes that run. CPU only: the
 * other delegates refuse some operators or round differently.
 */
export const loadClassifier: LoadClassifier = (bytes, description) => {
  const tflite = NitroModules.createHybridObject<TfliteModule>('TfliteModule');
  const model = tflite.createModel(exactBuffer(bytes), []);
  const length = description.input.height * description.input.width * 3;
  return Promise.resolve({
    description,
    classify: async (tensor) => {
      // The native side ignores an input of another length and answers with what it computed before.
      if (tensor.length !== length) {
        throw new RangeError(`the model reads ${length} bytes, got ${tensor.length}`);
      }
      const outputs = await model.run([exactBuffer(tensor)]);
      // The native side writes its next answer into the same buffers, so these are copies.
      return readOutputs(
        description.outputs,
        outputs.map((output) => new Float32Array(output.slice(0))),
      );
    },
    dispose: () => {
      model.dispose();
      return Promise.resolve();
    },
  });
};

/** The bytes alone in a buffer: a view may be part of a larger one. */
function exactBuffer(bytes: Uint8Array): ArrayBuffer {
  return bytes.slice().buffer;
}
