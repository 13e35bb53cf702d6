// On phones `fetch` passes over `cache`, and Android's keeps what it was told is immutable: it is told otherwise in a header.
import { memoryStorage } from '../storage/memory-storage';
import { fetchBytes } from './fetch-bytes';
import { PartialDownload } from './partial-download';

const fetched = jest.fn<Promise<Response>, [string, RequestInit]>(() =>
  Promise.reject(new Error('no network')),
);
beforeAll(() => {
  globalThis.fetch = fetched as typeof fetch;
});

test('a file is asked for past the phone’s cache, whole or its rest', async () => {
  const storage = memoryStorage();
  await fetchBytes('https://deepdog.example/models/1.tflite', { maxBytes: 9 });
  await storage.update('updates/partial', () => ({ sha256: '1', etag: '"1"' }));
  await storage.writeBlob('partial-1-0', Uint8Array.of(1, 2));
  await fetchBytes('https://deepdog.example/models/1.tflite', {
    maxBytes: 9,
    partial: new PartialDownload(storage, '1'),
  });
  expect(fetched.mock.calls.map(([, { headers }]) => headers)).toEqual([
    { 'Cache-Control': 'no-store' },
    { 'Cache-Control': 'no-store', Range: 'bytes=2-', 'If-Range': '"1"' },
  ]);
});
