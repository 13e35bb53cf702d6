// Runs classifiers in the browser: LiteRT.js in a worker.
import { askWorker } from '../worker/client';
import type { LoadClassifier } from './classifier';

export const loadClassifier: LoadClassifier = async (model, description) => {
  const { outputs } = description;
  const handle = await askWorker('load', { model });
  return {
    description,
    classify: (tensor) => askWorker('classify', { handle, tensor, outputs }),
    dispose: async () => {
      await askWorker('dispose', { handle });
    },
  };
};
