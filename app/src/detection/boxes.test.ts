// How far boxes overlap, and how far they lie apart.
import { areaOf, generalisedOverlapOf, overlapOf } from './boxes';
import type { Box } from './detector';

const BOX: Box = [0, 0, 0.5, 0.5];

test.each<[string, Box, number, number]>([
  ['itself', BOX, 1, 1],
  ['a quarter of it', [0, 0, 0.25, 0.25], 0.25, 0.25],
  ['its neighbour', [0.5, 0, 1, 0.5], 0, 0],
  ['the one across its corner', [0.5, 0.5, 1, 1], 0, -0.5],
])('with %s', (_, other, overlap, generalised) => {
  expect(overlapOf(BOX, other)).toBeCloseTo(overlap);
  expect(generalisedOverlapOf(BOX, other)).toBeCloseTo(generalised);
});

test('boxes without area overlap nothing', () => {
  const line: Box = [0.2, 0.2, 0.2, 0.4];
  expect([areaOf(line), overlapOf(line, line), generalisedOverlapOf(line, line)]).toEqual([0, 0, -1]);
});
