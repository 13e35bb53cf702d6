// Sends and withdraws reports over HTTP (docs/contracts.md, HTTP API), and says whether trying again helps.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import type { FeedbackReport } from '../feedback/report';
import { multipart, type Part } from './multipart';

const TIMEOUT_MS = 60_000;
const LONGEST_WAIT_MS = 24 * 3_600_000;
const NO_CONTENT = 204;
const TOO_LARGE = 413;
const TOO_MANY_REQUESTS = 429;

/** What became of a request. `retryAfterMs`: how long the server asked us to wait, if it did. */
export type Delivery =
  | { readonly status: 'accepted' }
  | { readonly status: 'refused'; readonly message: string }
  | { readonly status: 'later'; readonly retryAfterMs: number | null };

export interface FeedbackApi {
  send(report: FeedbackReport, photo: Uint8Array | null): Promise<Delivery>;
  withdraw(id: string, deletionToken: string): Promise<Delivery>;
}

const Receipt = v.object({ id: v.string() });
const ErrorEnvelope = v.object({ error: v.object({ message: v.string() }) });

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function feedbackApi(baseUrl: string): FeedbackApi {
  return {
    send: (report, photo) => {
      const parts: Part[] = [
        { name: 'report', type: 'application/json', content: utf8ToBytes(JSON.stringify(report)) },
      ];
      if (photo !== null) {
        parts.push({ name: 'photo', type: 'image/jpeg', content: photo, filename: 'photo.jpg' });
      }
      const { contentType, body } = multipart(parts, `deepdog-${report.id}`);
      const isReceipt = async (response: Response) => {
        const receipt = v.safeParse(Receipt, await response.json());
        return receipt.success && receipt.output.id === report.id;
      };
      return request(`${baseUrl}/feedback`, isReceipt, {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body: body.slice().buffer,
      });
    },
    withdraw: (id, deletionToken) =>
      request(`${baseUrl}/feedback/${id}`, ({ status }) => status === NO_CONTENT, {
        method: 'DELETE',
        headers: { 'Deletion-Token': deletionToken },
      }),
  };
}

/**
 * Only what is recognisably DeepDog's own answer counts: a hotel's sign-in page answers 200 to everything, and a proxy may
 * answer 403 or 404 for a server that it cannot see.
 */
async function request(
  url: string,
  isSuccess: (response: Response) => boolean | Promise<boolean>,
  init: RequestInit,
): Promise<Delivery> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TIMEOUT_MS);
  try {
    const response = await fetch(url, {
      ...init,
      signal: abort.signal,
      credentials: 'omit',
      cache: 'no-store',
    });
    if (response.ok) {
      return (await isSuccess(response)) ? { status: 'accepted' } : { status: 'later', retryAfterMs: null };
    }
    const refusal = await refusalIn(response);
    return refusal ?? { status: 'later', retryAfterMs: retryAfterMs(response) };
  } catch {
    // No network, a lost answer or no answer in time: the server may have acted, and knows the id when it is sent again.
    return { status: 'later', retryAfterMs: null };
  } finally {
    clearTimeout(timer);
  }
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

async function refusalIn(response: Response): Promise<Delivery | null> {
  const { status } = response;
  if (status < 400 || status >= 500 || status === TOO_MANY_REQUESTS) {
    return null;
  }
  const envelope = v.safeParse(ErrorEnvelope, await response.json().catch(() => null));
  if (envelope.success) {
    return { status: 'refused', message: envelope.output.error.message };
  }
  // A proxy in front of the server may have the lower limit; a smaller report will not come of waiting.
  return status === TOO_LARGE ? { status: 'refused', message: 'The report is too large.' } : null;
}
