// Checks are due daily, and sooner after a failure that may pass.
import type { Memory } from './memory';
import { refusal } from './reasons';
import { isCheckDue } from './schedule';

const HOUR = 3_600_000;
const NOW = 1_000 * HOUR;

const after = (hours: number, result: 'up_to_date' | 'refused', code: 'network' | 'expired'): Memory => ({
  lastCheck: { at: NOW - hours * HOUR, result },
  lastRefusal: { at: NOW - hours * HOUR, ...refusal(code, '') },
});

test.each<[string, Memory, boolean]>([
  ['never checked', { lastCheck: null, lastRefusal: null }, true],
  ['went well 23 hours ago', after(23, 'up_to_date', 'network'), false],
  ['went well a day ago', after(24, 'up_to_date', 'network'), true],
  ['no connection half a minute ago', after(1 / 120, 'refused', 'network'), false],
  ['no connection a minute ago', after(1 / 60, 'refused', 'network'), true],
  ['an offer refused an hour ago', after(1, 'refused', 'expired'), false],
  ['checked in the future: the clock was set back', after(-2, 'up_to_date', 'network'), true],
])('%s: due is %s', (_, memory, due) => {
  expect(isCheckDue(memory, NOW)).toBe(due);
});
