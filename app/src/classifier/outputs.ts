// From the buffers that a runtime hands back to a prediction, by the order that model.json states.
import type { ModelDescription } from '../model/description';
import type { Prediction } from './classifier';

/** Reads the outputs in the file's order; throws when a runtime's buffer has another length than model.json says. */
export function readOutputs(
  outputs: ModelDescription['outputs'],
  buffers: readonly Float32Array[],
): Prediction {
  const read = (name: 'score' | 'heatmap') => {
    const index = outputs.findIndex((output) => output.name === name);
    const shape: readonly number[] = outputs[index]?.shape ?? [];
    const values = buffers[index];
    if (values?.length !== shape.reduce((product, size) => product * size, 1)) {
      throw new RangeError(
        `output "${name}" has ${values?.length ?? 0} values; model.json says ${shape.join(' x ')}`,
      );
    }
    return { shape, values };
  };
  const { values: score } = read('score');
  const { shape, values } = read('heatmap');
  return { score: score[0] ?? 0, heatmap: { height: shape[1] ?? 1, width: shape[2] ?? 1, values } };
}
