// The install id is random, made once, and never a fleeting one.
import { installId } from './install-id';
import { memoryStorage } from './memory-storage';

test('made once per install, even when asked for twice at once', async () => {
  const storage = memoryStorage();
  const [one, two] = await Promise.all([installId(storage), installId(storage)]);
  expect(one).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(two).toBe(one);
  expect(await installId(storage)).toBe(one);
  expect(await installId(memoryStorage())).not.toBe(one);
});

test('rejects where it cannot be kept', async () => {
  const full = { ...memoryStorage(), update: () => Promise.reject(new Error('QuotaExceededError')) };
  await expect(installId(full)).rejects.toThrow('QuotaExceededError');
});
