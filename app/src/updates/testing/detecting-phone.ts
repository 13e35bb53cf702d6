// A phone for tests, for its other kind of model: the real updater, with a detector whose best box is its file's first byte.
import type { Detector } from '../../detection/detector';
import type { BundledModel } from '../../model/bundled';
import type { DetectorDescription } from '../../model/detector-description';
import { memoryStorage } from '../../storage/memory-storage';
import type { Storage } from '../../storage/storage';
import { DETECTOR } from '../kind';
import { Updater } from '../updater';
import { device } from './phone';
import type { Publisher } from './publisher';

export class DetectingPhone {
  readonly updater: Updater<Detector>;

  constructor(
    publisher: Publisher,
    readonly storage: Storage = memoryStorage(),
    bundled: BundledModel<DetectorDescription> | null = null,
  ) {
    this.updater = new Updater<Detector>({
      ...device(publisher, storage),
      kind: DETECTOR,
      bundled,
      load: (weights, description) => Promise.resolve(detectorOf(weights, description)),
    });
  }

  /** The version that detects, or how there is none. */
  get version(): string {
    const model = this.updater.model.get();
    return model.status === 'ready' ? model.description.version : model.status;
  }

  /** How the last check went, and the last refusal. */
  get said(): readonly (string | undefined)[] {
    const { lastCheck, lastRefusal } = this.updater.updates.get();
    return [lastCheck?.result, lastRefusal?.code];
  }
}

function detectorOf(weights: Uint8Array, description: DetectorDescription): Detector {
  const edge = (weights[0] ?? 0) / 255;
  return {
    description,
    detect: () => Promise.resolve([]),
    bestCell: () => Promise.resolve({ score: edge, box: [0, 0, edge, edge] }),
    dispose: () => Promise.resolve(),
  };
}
