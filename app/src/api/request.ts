// One request to the server (docs/contracts.md, HTTP API): what became of it, and whether trying again helps.
import * as v from 'valibot';

const TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
const NO_CONTENT = 204;
const TOO_LARGE = 413;
const TOO_MANY_REQUESTS = 429;

/** `code`: the server's, or `too_large` from a proxy before it. `retryAfterMs`: how long the server asked us to wait, if it did. */
export type Delivery =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused'; readonly code: string; readonly message: string }
  | { readonly status: 'later'; readonly retryAfterMs: number | null };

const ErrorEnvelope = v.object({ error: v.object({ code: v.string(), message: v.string() }) });

/** What openapi-fetch answers with: `data` or `error` is the body. It rejects when there is no answer, or none in JSON. */
type Answer = { readonly data?: unknown; readonly error?: unknown; readonly response: Response };

/**
 * Only what is recognisably DeepDog's own answer counts: a hotel's sign-in page answers 200 to everything, and a proxy may
 * answer 403 or 404 for a server that it cannot see.
 */
export async function deliver(
  call: (signal: AbortSignal) => Promise<Answer>,
  isSuccess: (answer: Answer) => boolean,
): Promise<Delivery> {
  try {
    const answer = await withinTime(TIMEOUT_MS, call);
    if (answer.response.ok) {
      return isSuccess(answer) ? { status: 'accepted' } : { status: 'later', retryAfterMs: null };
    }
    return refusalIn(answer) ?? { status: 'later', retryAfterMs: retryAfterMs(answer.response) };
  } catch {
    // No network, a lost answer or no answer in time: the server may have acted, and knows the id when it is sent again.
    return { status: 'later', retryAfterMs: null };
  }
}

/** Lets a call go on for so long, then aborts it. */
export async function withinTime<Result>(
  ms: number,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), ms);
  try {
    return await call(abort.signal);
  } finally {
    clearTimeout(timer);
  }
}

/** Whether a wait is over. None is as long as one that began on a clock that was set back since. */
export function isOver(notBefore: number, now: number): boolean {
  return notBefore <= now || notBefore > now + LONGEST_WAIT_MS;
}

export function hasNoContent({ response }: Answer): boolean {
  return response.status === NO_CONTENT;
}

/** Retry-After in seconds or as a date (RFC 9110, section 10.2.3). */
function retryAfterMs({ headers }: Response): number | null {
  const text = headers.get('Retry-After');
  if (text === null) {
    return null;
  }
  const wait = /^\d+$/.test(text) ? Number(text) * 1000 : Date.parse(text) - Date.now();
  return Number.isFinite(wait) ? Math.min(Math.max(0, wait), LONGEST_WAIT_MS) : null;
}

function refusalIn({ response: { status }, error }: Answer): Delivery | null {
  if (status < 400 || status >= 500 || status === TOO_MANY_REQUESTS) {
    return null;
  }
  const envelope = v.safeParse(ErrorEnvelope, error);
  if (envelope.success) {
    return { status: 'refused', ...envelope.output.error };
  }
  // A proxy in front of the server may have the lower limit; a smaller report will not come of waiting.
  return status === TOO_LARGE
    ? { status: 'refused', code: 'too_large', message: 'The report is too large.' }
    : null;
}
