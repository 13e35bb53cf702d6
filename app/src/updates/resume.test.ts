// A download that breaks off goes on where it stopped: after a failure, after a kill, and never on top of another file.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { memoryStorage } from '../storage/memory-storage';
import type { Storage } from '../storage/storage';
import { sha256Hex } from './digest';
import { describeModel, Publisher } from './testing/publisher';
import { BUNDLED_WEIGHTS, Phone } from './testing/phone';
import { breakOff } from './testing/serve-file';

const SIZE = 300_000; // more than two pieces
const weightsOf = (first: number) =>
  Uint8Array.from({ length: SIZE }, (_, i) => (i === 0 ? first : (i * 31) % 256));
const weights = weightsOf(20);
const model = describeModel('1.1.0', weights);
const path = `/models/${model.sha256}.tflite`;

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
  publisher.publish({ model, weights });
});
afterEach(() => publisher.close());

/** From which byte on the model was asked for, each time. */
const asked = (file = path) => publisher.offsets.filter((_, i) => publisher.requests[i] === file);
const kept = (storage: Storage) => storage.listBlobs('partial-');

async function until(reached: () => Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 5000;
  while (!(await reached())) {
    expect(performance.now()).toBeLessThan(deadline);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

/** A phone whose download broke off after 200,000 bytes. */
async function interrupted(storage = memoryStorage()): Promise<Phone> {
  publisher.files.set(path, breakOff(weights, 200_000));
  const phone = new Phone(publisher, storage);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'network']);
  publisher.files.set(path, weights);
  return phone;
}

test('the server goes half-way: the next check asks for the rest only, and nothing is left over', async () => {
  const { storage } = await interrupted();
  const restarted = new Phone(publisher, storage);
  await restarted.updater.check();
  expect(restarted.version).toBe('1.1.0');
  expect(asked()).toEqual([0, 200_000]);
  expect(await kept(storage)).toEqual([]);
  expect(await storage.get('updates/partial')).toBeUndefined();
});

test('killed while it downloads: what was kept of it is not fetched again', async () => {
  const storage = memoryStorage();
  const dying: Storage = {
    ...storage,
    writeBlob: async (name, bytes) =>
      (await kept(storage)).length === 0 ? storage.writeBlob(name, bytes) : new Promise(() => undefined),
  };
  void new Phone(publisher, dying).updater.check();
  await until(async () => (await kept(storage)).length > 0);
  const restarted = new Phone(publisher, storage);
  await restarted.updater.check();
  expect(restarted.version).toBe('1.1.0');
  const [first, offset] = asked();
  expect(first).toBe(0);
  expect(offset).toBeGreaterThanOrEqual(128 * 1024);
});

test('killed between the download and its trial: nothing is fetched again', async () => {
  const storage = memoryStorage();
  let trying = false;
  const killed = new Phone(publisher, storage, {
    digest: (bytes) => {
      trying = bytes.length === SIZE;
      return trying ? new Promise(() => undefined) : sha256Hex(bytes);
    },
  });
  void killed.updater.check();
  await until(() => Promise.resolve(trying));
  const restarted = new Phone(publisher, storage);
  await restarted.updater.check();
  expect(restarted.version).toBe('1.1.0');
  expect(asked()).toEqual([0]);
});

test('the server has another file there now: If-Range brings the whole of it, which is refused', async () => {
  const { storage } = await interrupted();
  publisher.files.set(path, weightsOf(21));
  const phone = new Phone(publisher, storage);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'bad_hash']);
  expect(asked()).toEqual([0, 200_000]);
  expect(await kept(storage)).toEqual([]); // a wrong beginning is not gone on from
  publisher.files.set(path, weights);
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
});

test('a damaged piece: found by the hash, and the next check fetches all of it', async () => {
  const { storage } = await interrupted();
  const [piece = ''] = await kept(storage);
  await storage.writeBlob(piece, new Uint8Array((await storage.readBlob(piece))?.length ?? 0));
  const phone = new Phone(publisher, storage);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'bad_hash']);
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  expect(asked()).toEqual([0, 200_000, 0]);
});

test.each<[string, number[], (response: ServerResponse, request: IncomingMessage) => void]>([
  ['knows nothing of ranges', [0, 200_000], (r) => r.writeHead(200, { 'Content-Length': SIZE }).end(weights)],
  [
    'answers another range',
    [0, 200_000, 0],
    (r) => r.writeHead(206, { 'Content-Range': 'bytes 0-9/*' }).end(),
  ],
  ['has no such range', [0, 200_000, 0], (r) => r.writeHead(416).end()],
  ['fails for now', [0, 200_000, 200_000], (r) => r.writeHead(503).end()],
])('the server %s', async (_, offsets, behave) => {
  const { storage } = await interrupted();
  publisher.files.set(path, (response, request) => {
    publisher.files.set(path, weights);
    behave(response, request);
  });
  const phone = new Phone(publisher, storage);
  await phone.updater.check();
  if (phone.version === '1.0.0') {
    expect(phone.lastRefusal).toBe('network');
    await phone.updater.check();
  }
  expect(phone.version).toBe('1.1.0');
  expect(asked()).toEqual(offsets);
});

test('without a strong ETag nothing is kept', async () => {
  publisher.files.set(path, (response) => {
    response.writeHead(200, { ETag: 'W/"1"', 'Content-Length': SIZE });
    response.write(weights.subarray(0, 200_000), () => response.destroy());
  });
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.lastRefusal).toBe('network');
  expect(await kept(phone.storage)).toEqual([]);
});

test('there is one unfinished download at most, and none when it is no longer wanted', async () => {
  const { storage } = await interrupted();
  const other = describeModel('1.2.0', weightsOf(30));
  publisher.publish({ model: other, weights: weightsOf(30), channel: { sequence: 2 } });
  const otherPath = `/models/${other.sha256}.tflite`;
  publisher.files.set(otherPath, breakOff(weightsOf(30), 140_000));
  const phone = new Phone(publisher, storage);
  await phone.updater.check();
  expect(asked(otherPath)).toEqual([0]);
  expect((await kept(storage)).every((name) => name.includes(other.sha256))).toBe(true);

  const bundled = describeModel('1.0.0', BUNDLED_WEIGHTS);
  publisher.publish({ model: bundled, weights: BUNDLED_WEIGHTS, channel: { sequence: 3 } });
  await phone.updater.check();
  expect(phone.lastResult).toBe('up_to_date');
  expect(await kept(storage)).toEqual([]);
});

test('no room for pieces: the download goes on without them', async () => {
  const storage = memoryStorage();
  const phone = new Phone(publisher, {
    ...storage,
    writeBlob: (name, bytes) =>
      name.startsWith('partial-') ? Promise.reject(new Error('full')) : storage.writeBlob(name, bytes),
  });
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
});
