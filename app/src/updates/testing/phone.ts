// A phone for tests: the real updater over in-memory storage, with a classifier whose score is its file's first byte. Its heatmap
// says the same, unless that byte is 0: then it is a broken model, all of whose outputs are 0.
import type { Classifier, LoadClassifier, Prediction } from '../../classifier/classifier';
import type { ModelDescription } from '../../model/description';
import { memoryStorage } from '../../storage/memory-storage';
import type { Storage } from '../../storage/storage';
import { sha256Hex } from '../digest';
import { CLASSIFIER } from '../kind';
import { verifySignature } from '../verify-signature.native';
import { Updater } from '../updater';
import type { UpdaterOptions } from '../updater-options';
import { describeModel, NOW, type Publisher } from './publisher';

export const BUNDLED_WEIGHTS = Uint8Array.of(10, 1, 0, 0);

/** What a phone's updaters have in common. */
export function device(publisher: Publisher, storage: Storage) {
  return {
    storage,
    digest: sha256Hex,
    verify: verifySignature,
    source: {
      baseUrl: publisher.baseUrl,
      keys: publisher.keys,
      appVersion: '1.0.0',
      runtimeVersion: '2.17.0',
    },
    isMetered: () => Promise.resolve(false),
    now: () => NOW,
  };
}

export class Phone {
  readonly alive = new Set<Classifier>();
  /** Of each tensor that its classifiers were given, self-tests included. */
  readonly lengths: number[] = [];
  readonly updater: Updater;

  constructor(
    publisher: Publisher,
    readonly storage: Storage = memoryStorage(),
    changes: Partial<UpdaterOptions> = {},
  ) {
    this.updater = new Updater({
      ...device(publisher, storage),
      bundled: {
        description: describeModel('1.0.0', BUNDLED_WEIGHTS),
        read: () => Promise.resolve(BUNDLED_WEIGHTS),
      },
      kind: CLASSIFIER,
      load: this.load,
      ...changes,
    });
  }

  /** The version that classifies. */
  get version(): string {
    const model = this.updater.model.get();
    return model.status === 'ready' ? model.description.version : model.status;
  }

  /** What it says of a photo. */
  async score(): Promise<number> {
    const model = this.updater.model.get();
    if (model.status !== 'ready') {
      throw new Error(model.status);
    }
    return model.use(async (classifier) => (await classifier.classify(new Uint8Array(32 * 32 * 3))).score);
  }

  get lastRefusal(): string | undefined {
    return this.updater.updates.get().lastRefusal?.code;
  }

  get lastResult(): string | undefined {
    return this.updater.updates.get().lastCheck?.result;
  }

  readonly load: LoadClassifier = (bytes, description) => {
    const score = (bytes[0] ?? 0) / 255;
    const classifier: Classifier = {
      description,
      classify: (tensor) => {
        this.lengths.push(tensor.length);
        return this.alive.has(classifier)
          ? Promise.resolve({ score, heatmap: heatmapOf(description, score) })
          : Promise.reject(new Error('used after it was disposed of'));
      },
      dispose: () => {
        this.alive.delete(classifier);
        return Promise.resolve();
      },
    };
    this.alive.add(classifier);
    return Promise.resolve(classifier);
  };
}

function heatmapOf({ outputs }: ModelDescription, score: number): Prediction['heatmap'] {
  const [, height = 1, width = 1] = outputs.find(({ name }) => name === 'heatmap')?.shape ?? [];
  const logit = score === 0 ? 0 : Math.log(score / (1 - score));
  return { height, width, values: new Float32Array(height * width).fill(logit) };
}
