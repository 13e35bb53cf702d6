// The 2x2 box mean, rounded half up.
import { boxMean } from './box-mean';

test('each block becomes its mean, rounded half up, channel by channel', () => {
  const rgb = Uint8Array.from(
    [
      [0, 10, 255],
      [1, 10, 255],
      [0, 10, 255],
      [1, 13, 254],
    ].flat(),
  );
  expect([...boxMean(rgb, 1)]).toEqual([1, 11, 255]);
});

test('blocks keep their place', () => {
  const levels = [
    [1, 1, 2, 2],
    [1, 1, 2, 2],
    [3, 3, 4, 4],
    [3, 3, 4, 4],
  ].flat();
  const tensor = boxMean(Uint8Array.from(levels.flatMap((level) => [level, level, level])), 2);
  expect([...tensor]).toEqual([1, 1, 1, 2, 2, 2, 3, 3, 3, 4, 4, 4]);
});

test('a picture of another size is refused', () => {
  expect(() => boxMean(new Uint8Array(11), 1)).toThrow('expected 12 bytes, got 11');
});
