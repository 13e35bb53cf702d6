// The verdict of the live mode: follows the camera within half a second and does not flicker where the score is near the threshold.
import { type Verdict, verdictOf } from '../verdict/verdict';

/** `score` is the smoothed one, in [0, 1]; `at` is the time of the last glance, in milliseconds of a clock that never goes back. */
export type LiveVerdict = { readonly verdict: Verdict; readonly score: number; readonly at: number };

/** Time in which the smoothed score makes up 63 % of a step. */
const SMOOTHING_MS = 200;
/** Logits by which the smoothed score must pass the threshold to turn the verdict. */
const MARGIN = 0.4;
/** After a pause this long the next glance starts anew: what was seen before says nothing about it. */
const FORGET_MS = 1000;
/** Logits beyond which a score is only more of the same; without a bound, leaving a sure verdict would take longer. */
const LIMIT = 5;

/**
 * The verdict after one more glance; exponential smoothing in logits, then hysteresis.
 * @param before the verdict so far, null at the start
 */
export function glance(
  before: LiveVerdict | null,
  score: number,
  at: number,
  threshold: number,
): LiveVerdict {
  if (before === null || at - before.at > FORGET_MS) {
    return { verdict: verdictOf(score, { threshold }), score, at };
  }
  const share = 1 - Math.exp(-(at - before.at) / SMOOTHING_MS);
  const smoothed = logit(before.score) + (logit(score) - logit(before.score)) * share;
  const beyond = smoothed - logit(threshold);
  const verdict = Math.abs(beyond) < MARGIN ? before.verdict : beyond > 0 ? 'positive' : 'negative';
  return { verdict, score: 1 / (1 + Math.exp(-smoothed)), at };
}

function logit(score: number): number {
  return Math.min(LIMIT, Math.max(-LIMIT, Math.log(score / (1 - score))));
}
