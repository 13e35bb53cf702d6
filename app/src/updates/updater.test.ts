// The good paths: a newer model is taken, kept, rolled back from, with no download too many.
import type { Classifier } from '../classifier/classifier';
import { judge } from '../verdict/judge';
import { sha256Hex } from './digest';
import { describeModel, Publisher } from './testing/publisher';
import { BUNDLED_WEIGHTS, Phone } from './testing/phone';

const bundled = describeModel('1.0.0', BUNDLED_WEIGHTS);
const weights = Uint8Array.of(20, 1, 1, 1);
const model = describeModel('1.1.0', weights);
const newerWeights = Uint8Array.of(30, 2, 2, 2);
const newer = describeModel('1.2.0', newerWeights);

jest.mock('../pixels/photo-pixels', () => ({
  photoToTensor: (_photo: unknown, resolution: number) =>
    Promise.resolve(new Uint8Array(resolution * resolution * 3)),
}));

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
});
afterEach(() => publisher.close());

const downloads = () => publisher.requests.filter((path) => path.startsWith('/models/'));
const settled = () => new Promise((resolve) => setImmediate(resolve));

test('a newer model is downloaded, swapped in, and still there after a restart without a network', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher);
  await phone.updater.check();
  await settled();
  expect(phone.lastResult).toBe('updated');
  expect(phone.version).toBe('1.1.0');
  expect(await phone.score()).toBeCloseTo(20 / 255);
  expect(phone.updater.model.get()).toMatchObject({ source: 'downloaded' });
  expect(phone.alive.size).toBe(1); // the old one is gone

  const restarted = new Phone(publisher, phone.storage, { source: 'noServer' });
  await restarted.updater.start();
  expect(restarted.version).toBe('1.1.0');
  expect(restarted.lastResult).toBe('updated');
});

test('a model of another input side is tested and given photos at its own', async () => {
  const larger = describeModel('1.1.0', weights, {
    input: { height: 48, width: 48, dtype: 'uint8' },
    outputs: [
      { name: 'score', shape: [1, 1], dtype: 'float32' },
      { name: 'heatmap', shape: [1, 2, 2, 1], dtype: 'float32' },
    ],
  });
  publisher.publish({ model: larger, weights });
  const phone = new Phone(publisher);
  const heatmapOfPhoto = async () => {
    const model = phone.updater.model.get();
    const judged =
      model.status === 'ready'
        ? await model.use((classifier) =>
            judge({ uri: 'file:///lunch.jpg', takenAt: '2026-11-24T08:00:00Z' }, classifier),
          )
        : null;
    return judged?.ok === true ? judged.value.prediction.heatmap.values.length : null;
  };
  await phone.updater.start();
  expect(await heatmapOfPhoto()).toBe(1);
  await phone.updater.check();
  expect(await heatmapOfPhoto()).toBe(4);
  const [small, large] = [32 * 32 * 3, 48 * 48 * 3];
  expect(phone.lengths).toEqual([small, small, large, large]); // each its self-test and the photo
});

test('nothing is downloaded when the wanted model is bundled or on the device already', async () => {
  publisher.publish({ model: bundled, weights: BUNDLED_WEIGHTS });
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.lastResult).toBe('up_to_date');
  expect(downloads()).toEqual([]);

  publisher.publish({ model, weights, channel: { sequence: 2 } });
  await phone.updater.check();
  await phone.updater.check();
  expect(phone.lastResult).toBe('up_to_date');
  expect(downloads()).toHaveLength(1);
});

test('rolling back is a new sequence with the old manifest: first to the one before, then to the bundled one', async () => {
  const phone = new Phone(publisher);
  publisher.publish({ model, weights, channel: { sequence: 1 } });
  await phone.updater.check();
  publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
  await phone.updater.check();
  expect(phone.version).toBe('1.2.0');

  publisher.publish({ model, weights, channel: { sequence: 3 } });
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  publisher.publish({ model: bundled, weights: BUNDLED_WEIGHTS, channel: { sequence: 4 } });
  await phone.updater.check();
  expect(phone.version).toBe('1.0.0');
  expect(phone.updater.model.get()).toMatchObject({ source: 'bundled' });
  expect(downloads()).toHaveLength(2); // each of the two once
});

test('the same weights with another threshold are taken without a download', async () => {
  publisher.publish({ model: { ...bundled, version: '1.0.1', threshold: 0.8 }, weights: BUNDLED_WEIGHTS });
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect(phone.updater.model.get()).toMatchObject({ description: { version: '1.0.1', threshold: 0.8 } });
  expect(downloads()).toEqual([]);
});

test('a phone outside the roll-out keeps what it has, or goes to the previous model', async () => {
  const rollout = { percent: 0, salt: '0'.repeat(32) };
  publisher.publish({ model, weights, channel: { rollout } });
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect([phone.version, phone.lastResult]).toEqual(['1.0.0', 'up_to_date']);

  const { manifest: previous } = publisher.publish({ model, weights });
  publisher.publish({ model: newer, weights: newerWeights, channel: { rollout, previous, sequence: 2 } });
  await phone.updater.check();
  expect([phone.version, phone.lastResult]).toEqual(['1.1.0', 'updated']);
});

test('checks at the same time are one check', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher);
  await Promise.all([phone.updater.check(), phone.updater.check(), phone.updater.check()]);
  expect(publisher.requests.filter((path) => path === '/channels/stable.json')).toHaveLength(1);
  expect(downloads()).toHaveLength(1);
});

test('a task that has begun keeps its model until it has ended', async () => {
  publisher.publish({ model, weights });
  const phone = new Phone(publisher);
  await phone.updater.start();
  const state = phone.updater.model.get();
  if (state.status !== 'ready') {
    throw new Error(state.status);
  }
  let begin: () => void = () => undefined;
  const preprocessing = new Promise<void>((resolve) => (begin = resolve));
  const photo = state.use(async (classifier: Classifier) => {
    await preprocessing;
    return classifier.classify(new Uint8Array(0));
  });
  await phone.updater.check();
  expect(phone.version).toBe('1.1.0');
  expect(phone.alive.size).toBe(2);
  begin();
  expect((await photo).score).toBeCloseTo(10 / 255);
  await settled();
  expect(phone.alive.size).toBe(1);
});

test('updates that are off say so and ask nobody', async () => {
  const phone = new Phone(publisher, undefined, { source: 'noKeys', digest: sha256Hex });
  await phone.updater.check();
  expect(phone.version).toBe('1.0.0');
  expect(phone.updater.updates.get().activity).toEqual({ status: 'off', why: 'noKeys' });
  expect(publisher.requests).toEqual([]);
});
