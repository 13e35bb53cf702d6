// Counts are said as each language counts.
import { type Language, LANGUAGES } from '../strings/languages';
import { countInWords } from './count';

test.each<[Language, string, string]>([
  ['en', '1 hotdog', '3 hotdogs'],
  ['de', '1 Hotdog', '3 Hotdogs'],
  ['zh', '1个热狗', '3个热狗'],
])('%s', (language, one, three) => {
  const { strings } = LANGUAGES[language];
  expect(countInWords(strings, 'Hotdog', 1, '1')).toBe(one);
  expect(countInWords(strings, 'Hotdog', 3, '3')).toBe(three);
});

test('whatever else a bundle finds is counted too', () => {
  expect(countInWords(LANGUAGES.en.strings, 'Pizza', 2, '2')).toBe('2 × Pizza');
});
