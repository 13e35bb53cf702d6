// A runtime's buffers are read in the order of model.json, whichever that is.
import type { ModelDescription } from '../model/description';
import { readOutputs } from './outputs';

const SCORE = { name: 'score', shape: [1, 1], dtype: 'float32' } as const;
const HEATMAP = { name: 'heatmap', shape: [1, 2, 3, 1], dtype: 'float32' } as const;
const score = Float32Array.of(0.75);
const values = Float32Array.of(1, 2, 3, 4, 5, 6);

const outputs = (...list: readonly unknown[]) => list as unknown as ModelDescription['outputs'];

test.each([
  ['score first', outputs(SCORE, HEATMAP), [score, values]],
  ['heatmap first', outputs(HEATMAP, SCORE), [values, score]],
])('%s', (_, described, buffers) => {
  expect(readOutputs(described, buffers)).toEqual({ score: 0.75, heatmap: { height: 2, width: 3, values } });
});

test('buffers that are not what model.json says are refused', () => {
  expect(() => readOutputs(outputs(SCORE, HEATMAP), [values, score])).toThrow(
    'output "score" has 6 values; model.json says 1 x 1',
  );
  expect(() => readOutputs(outputs(SCORE, HEATMAP), [score])).toThrow('output "heatmap" has 0 values');
});
