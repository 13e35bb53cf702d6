// Runs detectors on phones.
import { loadModel } from '../model/load-model';
import { bestCell, decode } from './decode';
import type { LoadDetector } from './detector';
import { readMaps } from './maps';

export const loadDetector: LoadDetector = (bytes, description) => {
  const { outputs, threshold, decoding } = description;
  const model = loadModel(bytes, description);
  const look = async (tensor: Uint8Array) => readMaps(outputs, await model.run(tensor));
  return Promise.resolve({
    description,
    detect: async (tensor) => decode(await look(tensor), threshold, decoding),
    bestCell: async (tensor) => bestCell(await look(tensor)),
    dispose: () => model.dispose(),
  });
};
