// Runs classifiers on phones.
import { loadModel } from '../model/load-model';
import type { LoadClassifier } from './classifier';
import { readOutputs } from './outputs';

export const loadClassifier: LoadClassifier = (bytes, description) => {
  const model = loadModel(bytes, description);
  return Promise.resolve({
    description,
    classify: async (tensor) => readOutputs(description.outputs, await model.run(tensor)),
    dispose: () => model.dispose(),
  });
};
