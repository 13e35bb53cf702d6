// When a report that waits for the server is tried again.
import type { Delivery } from '../api/request';
import type { ReportState } from './report';

export type Pending = Extract<ReportState, { notBefore: number }>;

const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;

export function isPending(state: ReportState): state is Pending {
  return state.status === 'queued' || state.status === 'withdrawing';
}

/** The state after an attempt that may succeed later: as long as the server asked for, or as backoff has it. */
export function postponed(
  state: Pending,
  { retryAfterMs }: Extract<Delivery, { status: 'later' }>,
  now: number,
  random: () => number,
): Pending {
  const wait = Math.max(backoffMs(state.attempts, random), retryAfterMs ?? 0);
  return { ...state, notBefore: now + wait, askedToWait: retryAfterMs !== null };
}

/** Doubles with every attempt up to an hour; between half and all of that, so that phones do not come back all at once. */
function backoffMs(attempts: number, random: () => number): number {
  const longest = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return longest * (0.5 + random() / 2);
}
