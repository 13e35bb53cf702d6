// What a report's state says: whether it waits for the server and until when, and whether the server may have it.
import type { Delivery } from '../api/request';
import type { ReportState } from './report';

export type Pending = Extract<ReportState, { notBefore: number }>;

const FIRST_MS = 2_000;
const LONGEST_MS = 3_600_000;
/** The refusal by which the server has nothing of the report; after any other, an earlier attempt may have arrived. */
const NOTHING_STORED = 'gone';

export function isPending(state: ReportState): state is Pending {
  return state.status === 'queued' || state.status === 'withdrawing';
}

/** Whether the report is still to arrive, and its photo needed. */
export function isOnItsWay({ status }: ReportState): boolean {
  return status === 'queued' || status === 'sending';
}

/** Whether the server cannot have anything of the report. */
export function isOnlyHere(state: ReportState): boolean {
  return (
    (state.status === 'queued' && state.attempts === 0) ||
    (state.status === 'refused' && state.code === NOTHING_STORED)
  );
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
