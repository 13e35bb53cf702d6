// The live verdict is steady on one scene, quick on a new one, and forgets.
import { glance, type LiveVerdict } from './live-verdict';

const THRESHOLD = 0.9;
const PERIOD_MS = 125;

/** The verdicts after each of `scores`, glanced at eight times a second. */
function watch(scores: readonly number[], start: LiveVerdict | null = null): LiveVerdict[] {
  const seen: LiveVerdict[] = [];
  let last = start;
  for (const score of scores) {
    last = glance(last, score, (last?.at ?? 0) + PERIOD_MS, THRESHOLD);
    seen.push(last);
  }
  return seen;
}

const turns = (seen: readonly LiveVerdict[]) =>
  seen.filter(({ verdict }, i) => i > 0 && verdict !== seen[i - 1]?.verdict).length;

test('the first glance decides as a photo would', () => {
  expect(glance(null, 0.9, 0, THRESHOLD).verdict).toBe('positive');
  expect(glance(null, 0.8999, 0, THRESHOLD).verdict).toBe('negative');
});

test('a score that trembles about the threshold turns nothing', () => {
  const trembling = Array.from({ length: 80 }, (_, i) => (i % 2 === 0 ? 0.87 : 0.92));
  expect(turns(watch(trembling))).toBe(0);
  expect(turns(watch([0.99, ...trembling]))).toBe(0);
  expect(turns(watch([0.2, ...trembling]))).toBe(0);
});

test('one odd glance turns nothing', () => {
  expect(turns(watch([0.98, 0.98, 0.98, 0.6, 0.98, 0.98]))).toBe(0);
});

test.each([
  [0.999, 0.01],
  [0.01, 0.999],
])('a scene that goes from %d to %d turns the verdict once, within half a second', (before, after) => {
  const seen = watch([before, before, before, after, after, after, after]);
  expect(turns(seen)).toBe(1);
});

test('scores of 0 and 1 are scores', () => {
  expect(watch([1, 1, 0, 0, 0, 0, 0]).at(-1)).toMatchObject({ verdict: 'negative' });
});

test('after a pause nothing is carried over', () => {
  const before: LiveVerdict = { verdict: 'positive', score: 0.99, at: 0 };
  expect(glance(before, 0.88, 1500, THRESHOLD)).toEqual({ verdict: 'negative', score: 0.88, at: 1500 });
});
