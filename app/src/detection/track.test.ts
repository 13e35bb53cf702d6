// Boxes are steady: each stays one thing's, none flickers, and nothing outlives a pause.
import type { Box, ScoredBox } from './detector';
import { fading, follow, NO_TRACKS, present, type Tracks } from './track';

const PERIOD_MS = 100;
const LEFT: Box = [0.1, 0.4, 0.3, 0.5];
const RIGHT: Box = [0.6, 0.4, 0.8, 0.5];

const seen = (box: Box, score = 0.8): ScoredBox => ({ box, score });
const shifted = ([left, top, right, bottom]: Box, by: number): Box => [left + by, top, right + by, bottom];

/** The tracks after each frame, ten a second. */
function watch(frames: readonly (readonly Box[])[], start: Tracks = NO_TRACKS): Tracks[] {
  const states: Tracks[] = [];
  let last = start;
  for (const boxes of frames) {
    last = follow(
      last,
      boxes.map((box) => seen(box)),
      last.at + PERIOD_MS,
    );
    states.push(last);
  }
  return states;
}

const ids = (tracks: Tracks | undefined) => present(tracks ?? NO_TRACKS).map(({ id }) => id);
const counts = (states: readonly Tracks[]) => states.map((tracks) => present(tracks).length);

test('a thing is shown from its second frame on, a box in one frame alone never', () => {
  expect(counts(watch([[LEFT], [LEFT], [LEFT]]))).toEqual([0, 1, 1]);
  expect(counts(watch([[LEFT], [], [LEFT], [], [], []]))).toEqual([0, 0, 0, 0, 0, 0]);
});

test('a thing that is missed now and then stays, and is the same', () => {
  const states = watch([[LEFT], [LEFT], [], [LEFT], [], [], [LEFT], [], [], [], [LEFT]]);
  expect(new Set(states.slice(1).map((tracks) => ids(tracks).join()))).toEqual(new Set(['1']));
});

test('a thing that is gone fades once and is forgotten', () => {
  const states = watch([[LEFT], [LEFT], ...Array.from({ length: 8 }, () => [])]);
  expect(counts(states)).toEqual([0, 1, 1, 1, 1, 1, 0, 0, 0, 0]);
  expect(states.map((tracks) => fading(tracks).length)).toEqual([0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
  expect(states.at(-1)?.all).toEqual([]);
});

test('two things stay themselves, in whatever order they are found', () => {
  const states = watch([
    [LEFT, RIGHT],
    [RIGHT, LEFT],
    [LEFT, RIGHT],
    [RIGHT, LEFT],
  ]);
  const [left, right] = present(states.at(-1) ?? NO_TRACKS);
  expect([left?.id, right?.id]).toEqual([1, 2]);
  expect(left?.box[0]).toBeCloseTo(LEFT[0], 5);
  expect(right?.box[0]).toBeCloseTo(RIGHT[0], 5);
});

test('a moving thing is followed as one', () => {
  const states = watch(Array.from({ length: 8 }, (_, i) => [shifted(LEFT, 0.07 * i)]));
  expect(counts(states)).toEqual([0, 1, 1, 1, 1, 1, 1, 1]);
  expect(ids(states.at(-1))).toEqual([1]);
});

test('a box that trembles is drawn at rest', () => {
  const trembling = Array.from({ length: 40 }, (_, i) => [shifted(LEFT, i % 2 === 0 ? 0.01 : -0.01)]);
  const edges = watch(trembling)
    .slice(10)
    .map((tracks) => present(tracks)[0]?.box[0] ?? NaN);
  expect(Math.max(...edges) - Math.min(...edges)).toBeLessThan(0.012);
});

test('after a pause nothing is carried over', () => {
  const [, before = NO_TRACKS] = watch([[LEFT], [LEFT]]);
  const after = follow(before, [seen(LEFT)], before.at + 1500);
  expect(present(after)).toEqual([]);
  expect(after.all.map(({ id }) => id)).toEqual([2]);
});
