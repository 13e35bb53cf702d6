// Runs models in the browser: LiteRT.js in a worker.
import { askWorker } from '../worker/client';
import type { LoadClassifier } from './classifier';

export const loadClassifier: LoadClassifier = async (model, description) => {
  const handle = await askWorker('load', { model, outputs: description.outputs });
  return {
    description,
    classify: (tensor) => askWorker('classify', { handle, tensor }),
    dispose: async () => {
      await askWorker('dispose', { handle });
    },
  };
};
