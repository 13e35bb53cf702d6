// The language that was chosen last counts, however late the storage answers, and whether it does.
import { act, renderHook } from '@testing-library/react-native';

import { memoryStorage } from '../storage/memory-storage';
import { useLanguageChoice } from './use-language-choice';

test('what is chosen while the kept choice is read stands', async () => {
  let answer: (kept: string) => void = () => undefined;
  const storage = { ...memoryStorage(), get: () => new Promise((resolve) => (answer = resolve)) };
  const { result } = await renderHook(() => useLanguageChoice(storage));
  await act(() => result.current[1]('zh'));
  await act(() => answer('de'));
  expect(result.current[0]).toBe('zh');
});

test('a choice that cannot be read is the device’s own', async () => {
  const storage = { ...memoryStorage(), get: () => Promise.reject(new Error('the database is gone')) };
  const { result } = await renderHook(() => useLanguageChoice(storage));
  await new Promise(setImmediate); // what nobody handles fails the test
  expect(result.current[0]).toBe('device');
});
