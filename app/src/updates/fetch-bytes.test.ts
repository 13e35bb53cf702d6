// Downloads of bounded size: progress is told, and a server that falls silent is given up.
import { fetchBytes } from './fetch-bytes';
import { Publisher } from './testing/publisher';

let server: Publisher;
beforeEach(async () => {
  server = new Publisher();
  await server.listen();
});
afterEach(() => server.close());

test('tells how much has arrived', async () => {
  const file = new Uint8Array(300_000).fill(7);
  server.files.set('/file', file);
  const received: number[] = [];
  const bytes = await fetchBytes(`${server.baseUrl}/file`, {
    maxBytes: file.length,
    onProgress: (count) => received.push(count),
  });
  expect(bytes.ok && Buffer.from(bytes.value).equals(file)).toBe(true);
  expect(received.at(-1)).toBe(file.length);
  expect(received).toEqual([...received].sort((a, b) => a - b));
});

test('gives up when nothing arrives for too long', async () => {
  server.files.set('/file', (response) => void response.writeHead(200).write('half'));
  const bytes = await fetchBytes(`${server.baseUrl}/file`, { maxBytes: 100, stallMs: 50 });
  expect(bytes).toMatchObject({ ok: false, error: { code: 'network', remedy: 'retry' } });
  expect(bytes.ok ? '' : bytes.error.detail).toContain('stalled');
});
