// A runtime's buffers are read in the order of model.json, whichever that is.
import type { DetectorDescription } from '../model/detector-description';
import { readMaps } from './maps';

const SIZES = { name: 'sizes', shape: [1, 2, 3, 2], dtype: 'float32' } as const;
const OFFSETS = { name: 'offsets', shape: [1, 2, 3, 2], dtype: 'float32' } as const;
const CENTRES = { name: 'centres', shape: [1, 2, 3, 1], dtype: 'float32' } as const;
const outputs = [SIZES, CENTRES, OFFSETS] as unknown as DetectorDescription['outputs'];
const sizes = new Float32Array(12).fill(2);
const offsets = new Float32Array(12).fill(0.5);
const centres = new Float32Array(6).fill(0.25);

test('each map is the buffer that model.json says', () => {
  expect(readMaps(outputs, [sizes, centres, offsets])).toEqual({
    rows: 2,
    columns: 3,
    centres,
    sizes,
    offsets,
  });
});

test('buffers that are not what model.json says are refused', () => {
  expect(() => readMaps(outputs, [centres, sizes, offsets])).toThrow(
    'output "centres" has 12 values; model.json says 1 x 2 x 3 x 1',
  );
});
