// The one interface that a detector is run through, on phones and in browsers.
import type { DetectorDescription } from '../model/detector-description';

/** Edges in fractions of the square photo: left, top, right, bottom. */
export type Box = readonly [left: number, top: number, right: number, bottom: number];

/** `score`: the probability that a box has its centre where this one has, in [0, 1]. */
export type ScoredBox = { readonly score: number; readonly box: Box };

export interface Detector {
  readonly description: DetectorDescription;
  /** The boxes in a uint8 RGB tensor of shape (1, height, width, 3), best first; rejects when its length is another. */
  detect(tensor: Uint8Array): Promise<readonly ScoredBox[]>;
  /** The cell of the highest score and its box, however low that is: what the self-test looks at. */
  bestCell(tensor: Uint8Array): Promise<ScoredBox>;
  dispose(): Promise<void>;
}

export type LoadDetector = (model: Uint8Array, description: DetectorDescription) => Promise<Detector>;
