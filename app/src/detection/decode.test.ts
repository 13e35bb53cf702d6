// Boxes are read off the maps as Python reads them.
import golden from '../../../tests/golden/detections.json';
import { bestCell, decode } from './decode';
import type { Box } from './detector';
import type { Maps } from './maps';

type Case = (typeof golden)[number];

function mapsOf({ grid, centres, sizes, offsets }: Case): Maps {
  const [rows = 0, columns = 0] = grid;
  return {
    rows,
    columns,
    centres: Float32Array.from(centres),
    sizes: Float32Array.from(sizes),
    offsets: Float32Array.from(offsets),
  };
}

test.each(golden.map((one) => [one.name, one] as const))('%s', (_, one) => {
  const found = decode(mapsOf(one), one.threshold, one.decoding);
  const expected: readonly { score: number; box: number[] }[] = one.expected;
  expect(found.map(({ score }) => score)).toEqual(expected.map(({ score }) => Math.fround(score)));
  found.forEach(({ box }, i) =>
    box.forEach((edge, side) => expect(edge).toBeCloseTo(expected[i]?.box[side] ?? NaN, 5)),
  );
});

test('the best cell is found below every threshold, the first of equals', () => {
  const maps: Maps = {
    rows: 2,
    columns: 2,
    centres: Float32Array.of(0, 0.25, 0.25, 0),
    sizes: Float32Array.of(0, 0, 1, 1, 0, 0, 0, 0),
    offsets: Float32Array.of(0, 0, 0.5, 0.5, 0, 0, 0, 0),
  };
  const box: Box = [0.5, 0, 1, 0.5];
  expect(bestCell(maps)).toEqual({ score: 0.25, box });
});
