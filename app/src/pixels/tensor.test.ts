// From a square's pixels to the network's input: the same bytes as Pillow, and the golden photos' colours.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { decode } from 'jpeg-js';

import golden from '../../../tests/golden/pixels.json';
import { selfTestTensor } from '../model/self-test';
import { centreSquare } from './geometry';
import { resample } from './resample';
import { squareToTensor } from './tensor';

// sha256 of Image.fromarray(self_test_tensor(1, side)[0]).resize((256, 256), Image.Resampling.BILINEAR).tobytes()
test.each([
  { side: 97, sha256: '45af7d407bfb2262a2eed0f367bd64d797a98b1f34673a0d73248c10e17c57ed' },
  { side: 256, sha256: 'a2fde1ddc95d0ed59067d75382937ec976bb3af747cd671198b47913a2b5a3c8' },
  { side: 300, sha256: '94f7ae767b46e940676255dc3816de694004debe7ddc57eb61f04c3f851d2f0d' },
  { side: 777, sha256: 'b1c24f56e837af8ed9945bb58b4f9bcd757b9bf6c602967ee68454e1235fbaa5' },
])('$side px are resampled as Pillow does it', ({ side, sha256 }) => {
  const rgb = selfTestTensor(1, side);
  const rgba = new Uint8Array(side * side * 4);
  for (let pixel = 0; pixel < side * side; pixel++) {
    rgba.set(rgb.subarray(pixel * 3, pixel * 3 + 3), pixel * 4);
  }
  const square = resample(rowsOf(rgba, side), side, 256);
  expect(createHash('sha256').update(square).digest('hex')).toBe(sha256);
});

test('rows of another length are refused', () => {
  expect(() => resample(() => new Uint8Array(3), 4, 2)).toThrow('expected 64 bytes, got 3');
});

// Turning a photo upright is the platform's work; these lie upright in their files.
const upright = golden.cases.filter(({ file }) => ['exif-1.jpg', 'large.jpg', 'small.jpg'].includes(file));

test.each(upright)('$file has the colours it must have', ({ file, resolution, cells, tolerance = 0 }) => {
  const { data, width, height } = decode(readFileSync(`../tests/golden/pixels/${file}`), {
    useTArray: true,
  });
  const { left, top, side } = centreSquare(width, height);
  const square = new Uint8Array(side * side * 4);
  for (let row = 0; row < side; row++) {
    const from = ((top + row) * width + left) * 4;
    square.set(data.subarray(from, from + side * 4), row * side * 4);
  }
  const tensor = squareToTensor(rowsOf(square, side), side, resolution);
  const means = cellMeans(tensor, resolution);
  const differences = (cells ?? []).flat(2).map((level, i) => Math.abs(level - (means[i] ?? NaN)));
  expect(differences).toHaveLength(4 * 4 * 3);
  expect(Math.max(...differences)).toBeLessThanOrEqual(tolerance);
});

function rowsOf(rgba: Uint8Array, side: number) {
  return (top: number, count: number) => rgba.subarray(top * side * 4, (top + count) * side * 4);
}

/** Mean colours of 4 x 4 cells, row by row. */
function cellMeans(tensor: Uint8Array, resolution: number): readonly number[] {
  const size = resolution / 4;
  const sums = new Array<number>(4 * 4 * 3).fill(0);
  tensor.forEach((level, i) => {
    const x = Math.floor((Math.floor(i / 3) % resolution) / size);
    const y = Math.floor(Math.floor(i / (3 * resolution)) / size);
    const cell = (y * 4 + x) * 3 + (i % 3);
    sums[cell] = (sums[cell] ?? 0) + level / (size * size);
  });
  return sums;
}
