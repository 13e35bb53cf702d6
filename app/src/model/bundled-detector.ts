// The detector that ships inside the app, if one lay in app/assets/detector when the app was built.
import type { BundledModel } from './bundled';
import { checkDetectorDescription, type DetectorDescription } from './detector-description';
import { readAsset } from './read-asset';

const DESCRIPTION = './detector/model.json';
const WEIGHTS = './detector/model.tflite';

/** Metro's list of what is there, since an import of a file that may be absent would not build. */
const files = require.context('../../assets', true, /^\.\/detector\/model\.(json|tflite)$/);

/** Throws only when the app was built from a broken bundle. */
export function bundledDetector(): BundledModel<DetectorDescription> | null {
  if (!files.keys().includes(DESCRIPTION)) {
    return null;
  }
  const description = checkDetectorDescription(files(DESCRIPTION));
  if (!description.ok) {
    throw new Error(`the bundled detector’s ${description.error}`);
  }
  return { description: description.value, read: () => readAsset(files(WEIGHTS) as number) };
}
