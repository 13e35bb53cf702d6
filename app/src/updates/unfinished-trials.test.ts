// A model that crashes the app cannot be caught at it, so one that was being tried when the app ended, twice, is left alone for a day.
import { memoryStorage } from '../storage/memory-storage';
import { describeModel, NOW, Publisher } from './testing/publisher';
import { Phone } from './testing/phone';

const DAY_MS = 24 * 3_600_000;
const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights);

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
  publisher.publish({ model, weights });
});
afterEach(() => publisher.close());

/** Starts the app, checks, and has the app end while the new model is loaded. */
async function crash(storage = memoryStorage(), now = NOW): Promise<Phone> {
  await new Promise<void>((ended) => {
    const phone: Phone = new Phone(publisher, storage, {
      now: () => now,
      load: (bytes, description) => {
        if (description.version !== model.version) {
          return phone.load(bytes, description);
        }
        ended();
        return new Promise(() => undefined);
      },
    });
    void phone.updater.check();
  });
  return new Phone(publisher, storage, { now: () => now });
}

test('the app ended once during a trial: the next check tries again', async () => {
  const phone = await crash();
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  expect(await phone.storage.get('updates/trial')).toBeUndefined();
});

test('twice: the phone keeps the model that it has, says why, and tries again after a day', async () => {
  const storage = memoryStorage();
  await crash(storage);
  const phone = await crash(storage);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'self_test_failed']);
  expect(phone.updater.updates.get().lastRefusal?.detail).toContain('2 trials');

  const daysLater = new Phone(publisher, storage, { now: () => NOW + DAY_MS });
  await daysLater.updater.checkIfDue();
  expect(daysLater.version).toBe('1.1.0');
});

test('thrice: once a day is all that it gets', async () => {
  const storage = memoryStorage();
  await crash(storage);
  await crash(storage);
  const phone = await crash(storage, NOW + DAY_MS);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'self_test_failed']);
});

test('another model pays nothing for it', async () => {
  const storage = memoryStorage();
  await crash(storage);
  const phone = await crash(storage);
  const mended = Uint8Array.of(30, 1, 1, 1);
  publisher.publish({ model: describeModel('1.1.1', mended), weights: mended, channel: { sequence: 2 } });
  await phone.updater.check();
  expect(phone.version).toBe('1.1.1');
});

test('a phone that keeps no note tries all the same', async () => {
  const storage = memoryStorage();
  const phone = new Phone(publisher, {
    ...storage,
    update: (key, change) =>
      key.endsWith('updates/trial') ? Promise.reject(new Error('full')) : storage.update(key, change),
  });
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
});
