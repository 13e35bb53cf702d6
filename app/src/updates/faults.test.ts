// Every way in which an update can be wrong: the phone refuses it, says why, remembers it, and classifies as before.
import 'fake-indexeddb/auto';

import * as fs from 'node:fs';

import { memoryStorage } from '../storage/memory-storage';
import { openStorage as openPhone } from '../storage/open-storage.native';
import { openStorage as openBrowser } from '../storage/open-storage.web';
import type { Storage } from '../storage/storage';
import { Paths } from '../storage/testing/expo-file-system';
import { loadSqlite } from '../storage/testing/expo-sqlite';
import { describeModel, json, makeKey, NOW, Publisher } from './testing/publisher';
import { Phone } from './testing/phone';
import { REASON_CODES } from './reasons';

const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights);
const modelPath = `/models/${model.sha256}.tflite`;

jest.mock('expo-sqlite', () => jest.requireActual<object>('../storage/testing/expo-sqlite'));
jest.mock('expo-file-system', () => jest.requireActual<object>('../storage/testing/expo-file-system'));
beforeAll(loadSqlite);
afterAll(() => fs.rmSync(Paths.document, { recursive: true }));

/** How each platform opens its storage, at the first start and at the next. */
const platforms: [string, (name: string) => Promise<Storage>][] = [
  ['phone', openPhone],
  ['browser', openBrowser],
];
let names = 0;

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
});
afterEach(() => publisher.close());

const flipped = (bytes: Uint8Array, at: number) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));

/** Each row: the code, the fault, how the publisher misbehaves. */
const faults: [(typeof REASON_CODES)[number], string, () => void][] = [
  ['network', 'nothing is published', () => undefined],
  [
    'network',
    'the server fails',
    () => publisher.files.set('/channels/stable.json', (r) => r.writeHead(503).end()),
  ],
  [
    'network',
    'the server goes half-way through the model',
    () => {
      publisher.publish({ model, weights });
      publisher.files.set(modelPath, (response) => {
        response.writeHead(200, { 'Content-Length': weights.length });
        response.write(weights.subarray(0, 2), () => response.destroy());
      });
    },
  ],
  [
    'network',
    'the manifest is missing',
    () => {
      publisher.publish({ model, weights });
      publisher.files.delete('/manifests/1.1.0.json');
    },
  ],
  [
    'bad_envelope',
    'the channel is a web page',
    () => publisher.files.set('/channels/stable.json', Buffer.from('<html>')),
  ],
  [
    'bad_envelope',
    'the channel’s document breaks its schema',
    () => publisher.publish({ model, weights, channel: { rollout: { percent: 101, salt: '0'.repeat(32) } } }),
  ],
  [
    'bad_envelope',
    'a manifest is served in place of the channel',
    () => {
      publisher.publish({ model, weights });
      const manifest = publisher.files.get('/manifests/1.1.0.json');
      publisher.files.set('/channels/stable.json', manifest ?? json({}));
    },
  ],
  [
    'bad_signature',
    'the channel is signed by another key under a trusted id',
    () => publisher.publish({ model, weights, channelKey: { ...makeKey(), id: publisher.channelKey.id } }),
  ],
  [
    'unknown_key',
    'the channel is signed with an unknown key',
    () => publisher.publish({ model, weights, channelKey: makeKey() }),
  ],
  [
    'unknown_key',
    'the server signs a manifest itself, with the channel key',
    () => publisher.publish({ model, weights, releaseKey: publisher.channelKey }),
  ],
  [
    'wrong_channel',
    'another channel',
    () => {
      publisher.publish({ model, weights, channel: { channel: 'beta' } });
      publisher.files.set('/channels/stable.json', publisher.files.get('/channels/beta.json') ?? json({}));
    },
  ],
  [
    'expired',
    'an expired channel',
    () => publisher.publish({ model, weights, channel: { expires_at: new Date(NOW).toISOString() } }),
  ],
  [
    'app_too_old',
    'the channel needs a newer app',
    () => publisher.publish({ model, weights, channel: { min_app_version: '1.0.1' } }),
  ],
  [
    'app_too_old',
    'the model needs a newer app',
    () => publisher.publish({ model: { ...model, min_app_version: '1.1.0' }, weights }),
  ],
  [
    'runtime_too_old',
    'the model needs a newer runtime',
    () => publisher.publish({ model: { ...model, min_runtime_version: '2.18.0' }, weights }),
  ],
  [
    'bad_manifest_hash',
    'another manifest than announced, well signed',
    () => {
      publisher.publish({ model: { ...model, threshold: 0.1 }, weights });
      const other = publisher.files.get('/manifests/1.1.0.json');
      publisher.publish({ model, weights });
      publisher.files.set('/manifests/1.1.0.json', other ?? json({}));
    },
  ],
  [
    'bad_manifest',
    'a manifest that breaks the schema',
    () => publisher.publish({ model: { ...model, threshold: 2 }, weights }),
  ],
  [
    'bad_manifest',
    'a manifest of another version',
    () => {
      const channel = publisher.publish({ model, weights });
      publisher.files.set('/manifests/1.2.0.json', publisher.files.get('/manifests/1.1.0.json') ?? json({}));
      publisher.announce({ ...channel, manifest: { ...channel.manifest, version: '1.2.0' } });
    },
  ],
  [
    'bad_size',
    'a truncated model',
    () => {
      publisher.publish({ model, weights });
      publisher.files.set(modelPath, weights.subarray(0, 3));
    },
  ],
  [
    'bad_size',
    'a model that never ends',
    () => {
      publisher.publish({ model, weights });
      publisher.files.set(modelPath, (response) => {
        const more = setInterval(() => response.write(new Uint8Array(1024)), 1);
        response.on('close', () => clearInterval(more));
      });
    },
  ],
  [
    'bad_hash',
    'a model with one bit flipped',
    () => {
      publisher.publish({ model, weights });
      publisher.files.set(modelPath, flipped(weights, 0));
    },
  ],
  [
    'self_test_failed',
    'a model that scores otherwise than promised',
    () => publisher.publish({ model: { ...model, self_test: { ...model.self_test, score: 0.5 } }, weights }),
  ],
  [
    'self_test_failed',
    'a broken model that keeps its promise of a score of 0, as it answers nothing else',
    () => {
      const broken = Uint8Array.of(0, 1, 1, 1);
      publisher.publish({ model: describeModel('1.1.0', broken), weights: broken });
    },
  ],
];

describe.each(platforms)('%s', (_, open) => {
  test.each(faults)('%s: %s', async (code, __, misbehave) => {
    misbehave();
    const name = `faults-${(names += 1)}`;
    const phone = new Phone(publisher, await open(name));
    await phone.updater.check();

    expect(phone.lastRefusal).toBe(code);
    expect(phone.lastResult).toBe('refused');
    expect(phone.version).toBe('1.0.0');
    expect(await phone.score()).toBeCloseTo(10 / 255);
    expect(phone.alive.size).toBe(1);

    const restarted = new Phone(publisher, await open(name));
    await restarted.updater.start();
    expect(restarted.version).toBe('1.0.0');
    expect(restarted.lastRefusal).toBe(code);
  });
});

test('old_sequence: an old channel replayed', async () => {
  publisher.publish({ model, weights, channel: { sequence: 7 } });
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');

  publisher.publish({ model: describeModel('1.0.9', weights), weights, channel: { sequence: 6 } });
  const restarted = new Phone(publisher, phone.storage);
  await restarted.updater.check();
  expect(restarted.lastRefusal).toBe('old_sequence');
  expect(restarted.version).toBe('1.1.0');
});

test('storage: out of space', async () => {
  publisher.publish({ model, weights });
  const refuse = () => Promise.reject(new Error('QuotaExceededError'));
  const full = { ...memoryStorage(), writeBlob: refuse, writeWithBlob: refuse };
  const phone = new Phone(publisher, full);
  await phone.updater.check();
  expect(phone.lastRefusal).toBe('storage');
  expect(phone.version).toBe('1.0.0');
  expect(phone.alive.size).toBe(1);
});

test('every reason code of the contract has its case above', () => {
  const covered = new Set([...faults.map(([code]) => code), 'old_sequence', 'storage']);
  expect([...covered].sort()).toEqual([...REASON_CODES].sort());
});

test('a sequence that is not authentic is not remembered', async () => {
  const channel = publisher.publish({ model, weights });
  publisher.announce({ ...channel, sequence: 1_000_000 }, makeKey());
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.lastRefusal).toBe('unknown_key');

  publisher.announce(channel);
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
});
