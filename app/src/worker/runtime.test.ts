// The runtime in the worker: fetched ahead of the first model, once, and anew after any failure.
import { load, start } from './runtime';

const mockFetchRuntime = jest.fn<Promise<unknown>, []>();
jest.mock('@litertjs/core', () => ({
  loadLiteRt: () => mockFetchRuntime(),
  loadAndCompile: () => Promise.resolve({}),
}));

test('a runtime that failed at the start and for a model is fetched for the next model, and then kept', async () => {
  mockFetchRuntime.mockRejectedValueOnce(new Error('offline')).mockRejectedValueOnce(new Error('offline'));
  start();
  await expect(load(new Uint8Array())).rejects.toThrow('offline');
  await expect(load(new Uint8Array())).rejects.toThrow('offline');
  mockFetchRuntime.mockResolvedValue({});
  await expect(load(new Uint8Array())).resolves.toBe(1);
  await expect(load(new Uint8Array())).resolves.toBe(2);
  expect(mockFetchRuntime).toHaveBeenCalledTimes(3);
});
