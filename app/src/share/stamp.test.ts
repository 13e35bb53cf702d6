// The shared picture's sizes and the file's name.
import { BAND, fileName, STAMPED_SIDE, wordSize } from './stamp';
import { widthOf } from '../verdict/word-width';

test.each(['Hotdog', 'Not hotdog', 'Kein Hotdog', '不是热狗', 'A label that somebody made rather long'])(
  '“%s” fits on the band beside its badge',
  (label) => {
    const width = BAND.badge + BAND.gap + widthOf(label) * wordSize(label);
    expect(width).toBeLessThanOrEqual(STAMPED_SIDE);
    expect(wordSize(label)).toBeGreaterThan(30);
  },
);

test('a short word is not blown up', () => {
  expect(wordSize('Hm')).toBe(wordSize('H'));
});

test('the file is named after the verdict, in any script, without what file systems mind', () => {
  expect(fileName('Not hotdog')).toBe('deepdog-not-hotdog.jpg');
  expect(fileName('不是热狗')).toBe('deepdog-不是热狗.jpg');
  expect(fileName('a/b:c?')).toBe('deepdog-a-b-c.jpg');
  expect(fileName('…')).toBe('deepdog.jpg');
});
