// Detectors come as classifiers do, through a channel of their own; an app may well be without.
import { memoryStorage } from '../storage/memory-storage';
import { describeDetector } from './testing/describe-detector';
import { DetectingPhone } from './testing/detecting-phone';
import { BUNDLED_WEIGHTS, Phone } from './testing/phone';
import { describeModel, Publisher } from './testing/publisher';

const weights = Uint8Array.of(20, 1, 1, 1);
const detector = describeDetector('1.0.0', weights);
const newerWeights = Uint8Array.of(30, 2, 2, 2);
const newer = describeDetector('1.1.0', newerWeights);
const classifierWeights = Uint8Array.of(40, 3, 3, 3);
const classifier = describeModel('1.1.0', classifierWeights);
const bundledClassifier = describeModel('1.0.0', BUNDLED_WEIGHTS);

let publisher: Publisher;
beforeEach(async () => {
  publisher = new Publisher();
  await publisher.listen();
});
afterEach(() => publisher.close());

test('neither bundled nor published: there is none, and nothing was refused', async () => {
  const phone = new DetectingPhone(publisher);
  expect(phone.version).toBe('loading');
  await phone.updater.start();
  expect(phone.version).toBe('absent');
  await phone.updater.check();
  expect([phone.version, ...phone.said]).toEqual(['absent', 'up_to_date', undefined]);
});

test('a server in trouble is not one without a detector', async () => {
  publisher.files.set('/channels/detector.json', (response) => response.writeHead(503).end());
  const phone = new DetectingPhone(publisher);
  await phone.updater.check();
  expect([phone.version, ...phone.said]).toEqual(['absent', 'refused', 'network']);
});

test('the first one published is taken, and still there at the next start, without a server', async () => {
  publisher.publish({ model: detector, weights });
  const phone = new DetectingPhone(publisher);
  await phone.updater.check();
  expect([phone.version, ...phone.said]).toEqual(['1.0.0', 'updated', undefined]);
  expect(publisher.requests).toEqual([
    '/channels/detector.json',
    '/manifests/detector/1.0.0.json',
    `/models/${detector.sha256}.tflite`,
  ]);
  publisher.files.clear();
  const restarted = new DetectingPhone(publisher, phone.storage);
  await restarted.updater.check();
  expect([restarted.version, ...restarted.said]).toEqual(['1.0.0', 'up_to_date', undefined]);
});

test('a newer one takes over, and the user may go back', async () => {
  publisher.publish({ model: detector, weights });
  const phone = new DetectingPhone(publisher);
  await phone.updater.check();
  expect(phone.updater.updates.get().wayBack).toBeNull();
  publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
  await phone.updater.check();
  expect([phone.version, phone.updater.updates.get().wayBack]).toEqual(['1.1.0', '1.0.0']);
  await phone.updater.goBack();
  await phone.updater.check();
  expect([phone.version, ...phone.said]).toEqual(['1.0.0', 'offered', undefined]);
});

test('the bundled one works from the start, and is the way back, also in a later app', async () => {
  const bundled = { description: detector, read: () => Promise.resolve(weights) };
  publisher.publish({ model: newer, weights: newerWeights });
  const phone = new DetectingPhone(publisher, memoryStorage(), bundled);
  await phone.updater.start();
  expect(phone.updater.model.get()).toMatchObject({ status: 'ready', source: 'bundled' });
  await phone.updater.check();
  expect([phone.version, phone.updater.updates.get().wayBack]).toEqual(['1.1.0', '1.0.0']);

  const later = { description: newer, read: () => Promise.resolve(newerWeights) };
  const upgraded = new DetectingPhone(publisher, phone.storage, later);
  await upgraded.updater.goBack();
  expect([upgraded.version, ...upgraded.said]).toEqual(['1.0.0', 'updated', undefined]);
});

const { self_test: promise } = detector;
const faults: [string, string, () => void][] = [
  [
    'self_test_failed',
    'scores otherwise than promised',
    () =>
      publisher.publish({
        model: { ...detector, self_test: { ...promise, score: promise.score + 0.02 } },
        weights,
      }),
  ],
  ...[0, 1, 2, 3].map((edge): [string, string, () => void] => [
    'self_test_failed',
    `finds edge ${edge} elsewhere than promised`,
    () => {
      const box = promise.box.map(
        (value, index) => value + (index === edge ? 0.03 : 0),
      ) as typeof promise.box;
      publisher.publish({ model: { ...detector, self_test: { ...promise, box } }, weights });
    },
  ]),
  [
    'bad_manifest',
    'is a classifier',
    () => {
      const { manifest } = publisher.publish({ model: classifier, weights: classifierWeights });
      const envelope = publisher.files.get('/manifests/1.1.0.json');
      publisher.publish({ model: detector, weights, channel: { manifest } });
      if (envelope !== undefined) {
        publisher.files.set('/manifests/detector/1.1.0.json', envelope);
      }
    },
  ],
  [
    'wrong_channel',
    'is announced by the classifiers’ channel',
    () => {
      publisher.publish({ model: classifier, weights: classifierWeights });
      const channel = publisher.files.get('/channels/stable.json');
      if (channel !== undefined) {
        publisher.files.set('/channels/detector.json', channel);
      }
    },
  ],
  [
    'bad_manifest',
    'has a map on another grid',
    () => {
      const [centres, sizes, offsets] = detector.outputs;
      const outputs: typeof detector.outputs = [centres, { ...sizes, shape: [1, 5, 4, 2] }, offsets];
      publisher.publish({ model: { ...detector, outputs }, weights });
    },
  ],
  [
    'bad_manifest',
    'has one map twice',
    () => {
      const [centres, sizes] = detector.outputs;
      publisher.publish({ model: { ...detector, outputs: [centres, sizes, sizes] }, weights });
    },
  ],
];

test.each(faults)('%s: one that %s is refused', async (code, _, misbehave) => {
  misbehave();
  const phone = new DetectingPhone(publisher);
  await phone.updater.check();
  expect([phone.version, ...phone.said]).toEqual(['absent', 'refused', code]);
});

test('a detector in the classifiers’ channel is refused', async () => {
  const { manifest } = publisher.publish({ model: detector, weights });
  const envelope = publisher.files.get('/manifests/detector/1.0.0.json');
  publisher.publish({ model: classifier, weights: classifierWeights, channel: { manifest } });
  if (envelope !== undefined) {
    publisher.files.set('/manifests/1.0.0.json', envelope);
  }
  const phone = new Phone(publisher);
  await phone.updater.check();
  expect([phone.version, phone.lastRefusal]).toEqual(['1.0.0', 'bad_manifest']);
});

test('both kinds on one device leave each other’s files, sequences and refusals alone', async () => {
  const storage = memoryStorage();
  publisher.publish({ model: classifier, weights: classifierWeights, channel: { sequence: 7 } });
  publisher.publish({ model: detector, weights, channel: { sequence: 1 } });
  const [classifying, detecting] = [new Phone(publisher, storage), new DetectingPhone(publisher, storage)];
  await classifying.updater.check();
  await detecting.updater.check();
  publisher.publish({
    model: bundledClassifier,
    weights: BUNDLED_WEIGHTS,
    channel: { sequence: 6 },
  });
  await classifying.updater.check();
  publisher.publish({ model: newer, weights: newerWeights, channel: { sequence: 2 } });
  await detecting.updater.check();
  expect([classifying.version, classifying.lastRefusal]).toEqual(['1.1.0', 'old_sequence']);
  expect([detecting.version, ...detecting.said]).toEqual(['1.1.0', 'updated', undefined]);

  const [again, too] = [new Phone(publisher, storage), new DetectingPhone(publisher, storage)];
  await Promise.all([again.updater.start(), too.updater.start()]);
  expect([again.version, again.lastRefusal, too.version]).toEqual(['1.1.0', 'old_sequence', '1.1.0']);
  expect([...(await storage.listBlobs(''))].sort()).toEqual(
    [newer, detector]
      .map(({ sha256 }) => `detector-model-${sha256}.tflite`)
      .concat([classifier, bundledClassifier].map(({ sha256 }) => `model-${sha256}.tflite`))
      .sort(),
  );
});
