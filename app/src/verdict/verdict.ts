// From a score to a verdict and to the numbers that the screen shows. Threshold and labels are the model's.
import type { ModelDescription } from '../model/description';

export type Verdict = 'positive' | 'negative';

export function verdictOf(score: number, { threshold }: Pick<ModelDescription, 'threshold'>): Verdict {
  return score >= threshold ? 'positive' : 'negative';
}

export function opposite(verdict: Verdict): Verdict {
  return verdict === 'positive' ? 'negative' : 'positive';
}

/** Whole percent, rounded down: a score under the threshold never shows the threshold's own figure. */
export function percentOf(share: number): number {
  // 0.29 * 100 is 28.999999999999996.
  return Math.floor(share * 100 + 1e-9);
}
