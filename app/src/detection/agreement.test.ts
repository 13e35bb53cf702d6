// Boxes never contradict the verdict beside them.
import { agreement } from './agreement';
import type { Box } from './detector';
import { follow, NO_TRACKS } from './track';

const THRESHOLD = 0.4;
const SMALL: Box = [0.1, 0.1, 0.3, 0.2];
const LARGE: Box = [0.1, 0.1, 0.9, 0.6];

/** Tracks of things that were seen in two frames. */
function tracksOf(...things: readonly (readonly [Box, number])[]) {
  const found = things.map(([box, score]) => ({ box, score }));
  return follow(follow(NO_TRACKS, found, 100), found, 200);
}

test('a positive verdict has all boxes shown and counted', () => {
  const found = agreement('positive', tracksOf([SMALL, 0.45], [LARGE, 0.95]), THRESHOLD);
  expect(found).toMatchObject({ kind: 'found', boxes: [{ score: 0.45 }, { score: 0.95 }] });
});

test('a positive verdict without boxes stands for itself', () => {
  expect(agreement('positive', NO_TRACKS, THRESHOLD)).toEqual({ kind: 'found', boxes: [], fading: [] });
});

test.each<[string, Box, number, string]>([
  ['something small that the detector is sure of', SMALL, 0.8, 'hint'],
  ['something small that it is not sure of', SMALL, 0.6, 'nothing'],
  ['something large, which going closer does not help', LARGE, 0.95, 'nothing'],
])('with a negative verdict, of %s', (_, box, score, kind) => {
  expect(agreement('negative', tracksOf([box, score]), THRESHOLD).kind).toBe(kind);
});
