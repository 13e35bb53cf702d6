// Sends and withdraws reports over HTTP (docs/contracts.md, HTTP API), and says whether trying again helps.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import type { FeedbackReport } from '../feedback/report';
import { multipart, type Part } from './multipart';

const TIMEOUT_MS = 60_000;
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
      return request(`${baseUrl}/feedback`, {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body: body.slice().buffer,
      });
    },
    withdraw: (id, deletionToken) =>
      request(`${baseUrl}/feedback/${id}`, {
        method: 'DELETE',
        headers: { 'Deletion-Token': deletionToken },
      }),
  };
}

async function request(url: string, init: RequestInit): Promise<Delivery> {
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
      return { status: 'accepted' };
    }
    if (response.status >= 500 || response.status === TOO_MANY_REQUESTS) {
      return { status: 'later', retryAfterMs: retryAfterMs(response) };
    }
    return { status: 'refused', message: await messageOf(response) };
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
  return Number.isFinite(wait) ? Math.max(0, wait) : null;
}

async function messageOf(response: Response): Promise<string> {
  const envelope = v.safeParse(ErrorEnvelope, await response.json().catch(() => null));
  return envelope.success ? envelope.output.error.message : `The server answered ${response.status}.`;
}
