// The verdict follows the model's own threshold, and the percent shown never contradicts it.
import { opposite, percentOf, verdictOf } from './verdict';

test.each([
  [0.9, 0.9, 'positive'],
  [0.8999, 0.9, 'negative'],
  [0.5, 0.5, 'positive'],
  [0, 0.9, 'negative'],
  [1, 0.9, 'positive'],
] as const)('a score of %d at a threshold of %d is %s', (score, threshold, verdict) => {
  expect(verdictOf(score, { threshold })).toBe(verdict);
});

test('what falls short of the threshold is never shown as having reached it', () => {
  expect(percentOf(0.8999)).toBe(89);
  expect(percentOf(0.9)).toBe(90);
  expect(percentOf(0.29)).toBe(29);
  expect(percentOf(1)).toBe(100);
});

test('the other answer', () => {
  expect(opposite('positive')).toBe('negative');
  expect(opposite('negative')).toBe('positive');
});
