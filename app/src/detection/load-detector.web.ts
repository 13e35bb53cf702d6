// Runs detectors in the browser: LiteRT.js in a worker, where the boxes are read off too.
import { askWorker } from '../worker/client';
import type { LoadDetector } from './detector';

export const loadDetector: LoadDetector = async (model, description) => {
  const { outputs, threshold, decoding } = description;
  const handle = await askWorker('load', { model });
  return {
    description,
    detect: (tensor) => askWorker('detect', { handle, tensor, outputs, threshold, decoding }),
    bestCell: (tensor) => askWorker('bestCell', { handle, tensor, outputs }),
    dispose: async () => {
      await askWorker('dispose', { handle });
    },
  };
};
