// The ways back: whatever happens to the stored models, the app classifies, and the next check mends what was broken.
import { describeModel, Publisher } from './testing/publisher';
import { BUNDLED_WEIGHTS, Phone } from './testing/phone';

const bundled = describeModel('1.0.0', BUNDLED_WEIGHTS);
const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights);
const newerWeights = Uint8Array.of(30, 2, 2, 2);
const newer = describeModel('1.2.0', newerWeights);

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
});
afterEach(() => publisher.close());

const downloads = () => publisher.requests.filter((path) => path.startsWith('/models/'));

describe('when the stored model lets the app down at start', () => {
  async function phoneWith(...published: [typeof model, Uint8Array][]): Promise<Phone> {
    const phone = new Phone(publisher);
    for (const [i, [published_, bytes]] of published.entries()) {
      publisher.publish({ model: published_, weights: bytes, channel: { sequence: i + 1 } });
      await phone.updater.check();
    }
    return phone;
  }
  const blobOf = (description: typeof model) => `model-${description.sha256}.tflite`;

  test('damaged: the one before takes over, and the next check mends it', async () => {
    const { storage } = await phoneWith([model, weights], [newer, newerWeights]);
    await storage.writeBlob(blobOf(newer), Uint8Array.of(31, 2, 2, 2));
    const phone = new Phone(publisher, storage);
    await phone.updater.start();
    expect([phone.version, phone.lastRefusal]).toEqual(['1.1.0', 'bad_hash']);
    await phone.updater.check();
    expect(phone.version).toBe('1.2.0');
    const restarted = new Phone(publisher, storage);
    await restarted.updater.start();
    expect(restarted.version).toBe('1.2.0');
  });

  test('torn and gone: the bundled one takes over', async () => {
    const { storage } = await phoneWith([model, weights], [newer, newerWeights]);
    await storage.writeBlob(blobOf(newer), newerWeights.subarray(0, 2));
    await storage.deleteBlob(blobOf(model));
    const phone = new Phone(publisher, storage);
    await phone.updater.start();
    expect(phone.version).toBe('1.0.0');
    expect(phone.lastRefusal).toBe('storage');
  });

  test('damaged after a roll-back: the one that was rolled back from does not take over', async () => {
    const { storage } = await phoneWith([model, weights], [newer, newerWeights], [model, weights]);
    await storage.writeBlob(blobOf(model), Uint8Array.of(21, 1, 1, 1));
    const phone = new Phone(publisher, storage);
    await phone.updater.start();
    expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'bad_hash']);
  });

  test('rolled back to the bundled one of an older app: the one that is bundled now takes over', async () => {
    const { storage } = await phoneWith([model, weights], [bundled, BUNDLED_WEIGHTS]);
    const bytes = Uint8Array.of(40, 4, 4, 4);
    const phone = new Phone(publisher, storage, {
      bundled: { description: describeModel('1.0.5', bytes), read: () => Promise.resolve(bytes) },
    });
    await phone.updater.start();
    expect(phone.version).toBe('1.0.5');
  });

  test('fails to load: the bundled one takes over', async () => {
    const { storage } = await phoneWith([model, weights]);
    const working = new Phone(publisher, storage);
    const phone = new Phone(publisher, storage, {
      load: (bytes, description) =>
        description.version === '1.1.0'
          ? Promise.reject(new Error('unknown operator'))
          : working.load(bytes, description),
    });
    await phone.updater.start();
    expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'self_test_failed']);
  });

  test('a record that is no record: the bundled one takes over', async () => {
    const { storage } = await phoneWith([model, weights]);
    await storage.update('models', () => ({ current: { version: '6' }, previous: 1 }));
    const phone = new Phone(publisher, storage);
    await phone.updater.start();
    expect(phone.version).toBe('1.0.0');
  });

  test('storage that answers nothing at all: the app still classifies', async () => {
    const broken = new Proxy({} as Phone['storage'], { get: () => () => Promise.reject(new Error('gone')) });
    publisher.publish({ model, weights });
    const phone = new Phone(publisher, broken);
    await phone.updater.check();
    expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'storage']);
    expect(await phone.score()).toBeCloseTo(10 / 255);
  });
});

test('killed between the files and their record: the old model starts, the next check finishes, nothing is left over', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher);
  await new Promise<void>((kill) => {
    const dying: Phone['storage'] = {
      ...phone.storage,
      // As a phone does it: the file goes first.
      writeWithBlob: async (_key, _value, name, bytes) => {
        await phone.storage.writeBlob(name, bytes);
        return new Promise(() => kill());
      },
    };
    void new Phone(publisher, dying).updater.check();
  });
  expect(await phone.storage.listBlobs('')).toHaveLength(1);
  await phone.updater.start();
  expect(phone.version).toBe('1.0.0');
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  expect(downloads()).toHaveLength(1); // the orphaned file was whole, so it served
  publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
  await phone.updater.check();
  expect(await phone.storage.listBlobs('')).toHaveLength(2); // the current one and the way back
  publisher.publish({ model: bundled, weights: BUNDLED_WEIGHTS, channel: { sequence: 3 } });
  await phone.updater.check();
  expect(await phone.storage.listBlobs('')).toEqual([`model-${bundled.sha256}.tflite`]);
});

test.each<[string, (storage: Phone['storage'], other: () => Promise<void>) => Partial<Phone['storage']>]>([
  [
    'before the one has its record',
    (storage, other) => ({
      update: async (key, change) => {
        await (key === 'models' ? other() : undefined);
        await storage.update(key, change);
      },
      writeWithBlob: async (...both) => {
        await other();
        await storage.writeWithBlob(...both);
      },
    }),
  ],
  [
    'before the one has swept',
    (storage, other) => ({
      listBlobs: async (prefix) => {
        await (prefix === 'model-' ? other() : undefined);
        return storage.listBlobs(prefix);
      },
    }),
  ],
])('two tabs take different models at once, the other %s: whichever stays has its file', async (_, late) => {
  publisher.publish({ model, weights });
  const { storage } = new Phone(publisher);
  let others = 0;
  const other = async () => {
    if (others++ === 0) {
      publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
      await new Phone(publisher, storage).updater.check();
    }
  };
  await new Phone(publisher, { ...storage, ...late(storage, other) }).updater.check();
  const restarted = new Phone(publisher, storage);
  await restarted.updater.start();
  expect(restarted.version).not.toBe('1.0.0');
  expect([others, restarted.lastRefusal]).toEqual([1, undefined]);
});

test('a full device has no room for a copy of the bundled one, and is rolled back to it all the same', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher);
  await phone.updater.check();
  publisher.publish({ model: bundled, weights: BUNDLED_WEIGHTS, channel: { sequence: 2 } });
  const full = { ...phone.storage, writeBlob: () => Promise.reject(new Error('QuotaExceededError')) };
  const restarted = new Phone(publisher, full);
  await restarted.updater.check();
  expect([restarted.version, restarted.lastRefusal]).toEqual(['1.0.0', undefined]);
});

test('without a bundled model that works, a published one still starts the app', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher, undefined, {
    bundled: { description: bundled, read: () => Promise.reject(new Error('asset is gone')) },
  });
  await phone.updater.start();
  expect(phone.version).toBe('failed');
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
});
