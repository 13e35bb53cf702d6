// The kinds of models that are published, and what is different between them: everything else here is the same for each.
import type { Classifier } from '../classifier/classifier';
import type { Box, Detector } from '../detection/detector';
import { type AnyDescription, type CheckDescription, checkDescription } from '../model/description';
import { checkDetectorDescription } from '../model/detector-description';

/** A model that an interpreter holds. */
export interface RunningModel {
  readonly description: AnyDescription;
  dispose(): Promise<void>;
}

export type LoadModel<Model extends RunningModel> = (
  bytes: Uint8Array,
  description: Model['description'],
) => Promise<Model>;

export type Kind<Model extends RunningModel> = {
  /** Its channel's name. */
  readonly channel: string;
  /** The folder of its manifests. */
  readonly manifests: string;
  /** An app may well do without: then it is no fault that none is bundled or published. */
  readonly optional: boolean;
  /** What the names of its records and files on the device begin with. */
  readonly section: string;
  readonly check: CheckDescription<Model['description']>;
  /** What is wrong with a model's answer to the picture of its self-test; null when it is as promised. */
  readonly flawIn: (model: Model, picture: Uint8Array) => Promise<string | null>;
};

/** Between the score and that of the heatmap's mean; rounding to 8 bits makes 0.01 of it at most. */
const HEATMAP_TOLERANCE = 0.05;

export const CLASSIFIER: Kind<Classifier> = {
  channel: 'stable',
  manifests: 'manifests',
  optional: false,
  section: '', // from before there was another kind
  check: checkDescription,
  flawIn: async (classifier, picture) => {
    const { score: promised, tolerance } = classifier.description.self_test;
    const { score, heatmap } = await classifier.classify(picture);
    if (!isNear(score, promised, tolerance)) {
      return wrongScore(score, promised, tolerance);
    }
    // A model that only answers 0 keeps a promise of a score near 0. Its heatmap gives it away: it would score 0.5.
    const mean = heatmap.values.reduce((sum, value) => sum + value, 0) / heatmap.values.length;
    const expected = 1 / (1 + Math.exp(-mean));
    return isNear(score, expected, HEATMAP_TOLERANCE)
      ? null
      : `scored ${score}, its heatmap ${expected} ± ${HEATMAP_TOLERANCE}`;
  },
};

export const DETECTOR: Kind<Detector> = {
  channel: 'detector',
  manifests: 'manifests/detector',
  optional: true,
  section: 'detector-',
  check: checkDetectorDescription,
  flawIn: async (detector, picture) => {
    const { score: promised, tolerance, box, box_tolerance } = detector.description.self_test;
    const best = await detector.bestCell(picture);
    if (!isNear(best.score, promised, tolerance)) {
      return wrongScore(best.score, promised, tolerance);
    }
    return best.box.every((edge, index) => isNear(edge, (box as Box)[index], box_tolerance))
      ? null
      : `found [${best.box.join(', ')}], promised [${box.join(', ')}] ± ${box_tolerance}`;
  },
};

/** False for a number that is none. */
function isNear(value: number, promised: number | undefined, tolerance: number): boolean {
  return promised !== undefined && Math.abs(value - promised) <= tolerance;
}

function wrongScore(score: number, promised: number, tolerance: number): string {
  return `scored ${score}, promised ${promised} ± ${tolerance}`;
}
