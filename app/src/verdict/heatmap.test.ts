// Where the dots of "Why?" stand, and how large they are.
import { evidenceDots } from './heatmap';

const map = (height: number, width: number, values: number[]) => ({
  height,
  width,
  values: Float32Array.from(values),
});

test('dots stand where the evidence is', () => {
  const dots = evidenceDots(map(2, 2, [8, -8, -8, -8]));
  expect(dots.length).toBeGreaterThan(0);
  expect(dots.every(({ x, y }) => x < 0.5 && y < 0.5)).toBe(true);
});

test('the strongest evidence makes the largest dot', () => {
  const dots = evidenceDots(map(1, 2, [2, 6]));
  const radiusAt = (side: 'left' | 'right') =>
    Math.max(...dots.filter(({ x }) => (side === 'left' ? x < 0.3 : x > 0.7)).map(({ radius }) => radius));
  expect(radiusAt('right')).toBeGreaterThan(radiusAt('left'));
});

test.each([
  ['evidence against', [-5, -5, -5, -5]],
  ['faint evidence everywhere', [0.5, 0.5, 0.5, 0.5]],
])('%s leaves the photo without dots', (_, values) => {
  expect(evidenceDots(map(2, 2, values))).toEqual([]);
});
