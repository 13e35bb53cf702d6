// What is shown of a detector's boxes beside the classifier's verdict, which they never contradict.
import type { Verdict } from '../verdict/verdict';
import { fading, present, type Track, type Tracks } from './track';

/**
 * `found`: the verdict is positive; all boxes are shown and counted. `hint`: it is negative, but the detector is sure of something
 * small; its boxes are shown in another colour, uncounted, with the advice to go closer. `nothing`: no boxes are shown.
 */
export type Agreement =
  | { readonly kind: 'found'; readonly boxes: readonly Track[]; readonly fading: readonly Track[] }
  | { readonly kind: 'hint'; readonly boxes: readonly Track[] }
  | { readonly kind: 'nothing' };

/** Longer side, as a share of the square's, up to which going closer helps. */
const SMALL = 0.5;

export function agreement(verdict: Verdict, tracks: Tracks, threshold: number): Agreement {
  const boxes = present(tracks);
  if (verdict === 'positive') {
    return { kind: 'found', boxes, fading: fading(tracks) };
  }
  const sure = boxes.filter((track) => track.score >= surenessOf(threshold) && isSmall(track));
  return sure.length > 0 ? { kind: 'hint', boxes: sure } : { kind: 'nothing' };
}

/** Half-way from the score from which boxes are shown to certainty. */
function surenessOf(threshold: number): number {
  return (1 + threshold) / 2;
}

function isSmall({ box: [left, top, right, bottom] }: Track): boolean {
  return Math.max(right - left, bottom - top) <= SMALL;
}
