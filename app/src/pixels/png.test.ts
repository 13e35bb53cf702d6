// The golden pictures that need no resampling become, by the phone's code, the very bytes that Python makes of them.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { centreSquare } from './geometry';
import { isTransparent, readPngOnWhite } from './png';
import { squareToTensor } from './tensor';

const GOLDEN = join(__dirname, '../../../tests/golden');
type Case = { file: string; kind: 'exact' | 'close'; resolution: number; sha256: string };
const { cases } = JSON.parse(readFileSync(join(GOLDEN, 'pixels.json'), 'utf8')) as { cases: Case[] };
const exact = cases.filter(({ kind }) => kind === 'exact');
const picture = (file: string) => new Uint8Array(readFileSync(join(GOLDEN, 'pixels', file)));

test.each(exact)('$file', ({ file, resolution, sha256 }) => {
  const { width, height, data } = readPngOnWhite(picture(file));
  // A phone's own software cuts the square; cutting loses nothing wherever it is done.
  const { left, top, side } = centreSquare(width, height);
  const rows = (first: number, count: number) =>
    Uint8Array.from(
      Array.from({ length: count }, (_, row) => {
        const start = ((top + first + row) * width + left) * 4;
        return [...data.subarray(start, start + side * 4)];
      }).flat(),
    );
  const tensor = squareToTensor(rows, side, resolution);
  expect(createHash('sha256').update(tensor).digest('hex')).toBe(sha256);
});

test('it is known which pictures are transparent', () => {
  expect(isTransparent(picture('transparent.png'))).toBe(true);
  expect(isTransparent(picture('square.png'))).toBe(false);
});

test('bytes that are no PNG are refused', () => {
  expect(() => readPngOnWhite(Uint8Array.of(0xff, 0xd8, 0xff))).toThrow();
});
