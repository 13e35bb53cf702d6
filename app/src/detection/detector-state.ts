// Which detector may be asked: one that runs, and that finds what the classifier tells.
import type { ModelDescription } from '../model/description';
import type { ModelState } from '../updates/model-state';
import type { Detector } from './detector';

export type DetectorState = ModelState<Detector>;

export type ReadyDetector = Extract<DetectorState, { readonly status: 'ready' }>;

/** Null where none runs, or one that looks for something else. */
export function detectorFor(state: DetectorState, { labels }: ModelDescription): ReadyDetector | null {
  return state.status === 'ready' && state.description.labels.positive === labels.positive ? state : null;
}
