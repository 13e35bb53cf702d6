// The adapter over the native module keeps clear of the module's traps. The module itself needs a phone: here stands one
// that does what it does, its reused buffers and its silence about wrong lengths included.
import description from '../../assets/model/model.json';
import { checkDescription, type ModelDescription } from '../model/description';
import { loadClassifier } from './load-classifier';

class MockPhoneModel {
  static last: MockPhoneModel | undefined;
  disposed = false;
  private input = new Uint8Array();
  private readonly buffers: readonly Float32Array[];

  constructor(readonly bytes: ArrayBuffer) {
    this.buffers = description.outputs.map(
      ({ shape }) => new Float32Array(shape.reduce((product, size) => product * size, 1)),
    );
    MockPhoneModel.last = this;
  }

  /** Takes its input in at once, also under a run that has begun; answers with its mean, in buffers that the next answer overwrites. */
  async run([input = new ArrayBuffer()]: ArrayBuffer[]): Promise<ArrayBufferLike[]> {
    this.input = new Uint8Array(input);
    await new Promise(setImmediate);
    const mean = this.input.reduce((sum, value) => sum + value, 0) / this.input.length / 255;
    this.buffers.forEach((buffer) => buffer.fill(mean));
    return this.buffers.map((buffer) => buffer.buffer);
  }

  dispose(): void {
    this.disposed = true;
  }
}

jest.mock('react-native-nitro-modules', () => ({
  NitroModules: {
    createHybridObject: () => ({ createModel: (bytes: ArrayBuffer) => new MockPhoneModel(bytes) }),
  },
}));

const LENGTH = description.input.height * description.input.width * 3;
const tensor = (level: number) => new Uint8Array(LENGTH).fill(level);

function described(): ModelDescription {
  const checked = checkDescription(description);
  if (!checked.ok) {
    throw new Error(checked.error);
  }
  return checked.value;
}

test('the bytes that were checked are the bytes that run, though they lie inside a larger buffer', async () => {
  const download = Uint8Array.of(9, 9, 1, 2, 3, 9);
  await loadClassifier(download.subarray(2, 5), described());
  expect([...new Uint8Array(MockPhoneModel.last?.bytes ?? new ArrayBuffer())]).toEqual([1, 2, 3]);
});

test('a prediction stays what it was when the next photo is judged', async () => {
  const classifier = await loadClassifier(new Uint8Array(1), described());
  const white = await classifier.classify(tensor(255));
  const black = await classifier.classify(tensor(0));
  expect([white.score, black.score]).toEqual([1, 0]);
  expect(new Set(white.heatmap.values)).toEqual(new Set([1]));
});

test('two that are judged at the same time are judged apart, and one that fails takes nothing from the next', async () => {
  const classifier = await loadClassifier(new Uint8Array(1), described());
  const refused = expect(classifier.classify(new Uint8Array(1))).rejects.toThrow();
  const [white, black] = await Promise.all([
    classifier.classify(tensor(255)),
    classifier.classify(tensor(0)),
  ]);
  expect([white.score, black.score]).toEqual([1, 0]);
  await refused;
});

test('a tensor of another length is refused, which the phone would not do', async () => {
  const classifier = await loadClassifier(new Uint8Array(1), described());
  await expect(classifier.classify(new Uint8Array(LENGTH - 1))).rejects.toThrow(
    `the model reads ${LENGTH} bytes`,
  );
});

test('disposing frees the native model', async () => {
  const classifier = await loadClassifier(new Uint8Array(1), described());
  await classifier.dispose();
  expect(MockPhoneModel.last?.disposed).toBe(true);
});
