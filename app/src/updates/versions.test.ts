// Versions compare by number, not by letter.
import { isOlder } from './versions';

test.each([
  ['1.0.0', '1.0.1', true],
  ['1.9.0', '1.10.0', true],
  ['1.9.9', '2.0.0', true],
  ['1.0.0', '1.0.0', false],
  ['2.17.0', '2.9.0', false],
  ['2.0.0', '1.9.9', false],
])('%s older than %s: %s', (a, b, older) => {
  expect(isOlder(a, b)).toBe(older);
});
