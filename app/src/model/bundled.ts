// The model that ships inside the app: the first one, and the last way back.
import bundledDescription from '../../assets/model/model.json';
import modelAsset from '../../assets/model/model.tflite';
import { readAsset } from './read-asset';
import { type AnyDescription, checkDescription, type ModelDescription } from './description';

export type BundledModel<Description extends AnyDescription = ModelDescription> = {
  readonly description: Description;
  /** Reads the weights, which is only needed where they are run; rejects when the asset cannot be had. */
  readonly read: () => Promise<Uint8Array>;
};

/** Throws only when the app was built from a broken bundle. */
export function bundledModel(): BundledModel {
  const description = checkDescription(bundledDescription);
  if (!description.ok) {
    throw new Error(`the bundled ${description.error}`);
  }
  return { description: description.value, read: () => readAsset(modelAsset) };
}
