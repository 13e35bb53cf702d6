// The browser's keys on a switch or a choice; Enter is React Native for Web's own affair.
import { pressingBySpace } from './pressing-by-space';

const press = jest.fn();
const preventDefault = jest.fn();
const down = (key: string, repeat = false) =>
  pressingBySpace(press).onKeyDown?.({ key, repeat, preventDefault });

beforeEach(() => {
  press.mockClear();
  preventDefault.mockClear();
});

test('Space presses once, and never scrolls the page', () => {
  down(' ');
  down(' ', true);
  expect(press).toHaveBeenCalledTimes(1);
  expect(preventDefault).toHaveBeenCalledTimes(2);
});

test.each(['Enter', 'Tab', 'ArrowDown', 'a'])('%s is left alone', (key) => {
  down(key);
  expect(press).not.toHaveBeenCalled();
  expect(preventDefault).not.toHaveBeenCalled();
});
