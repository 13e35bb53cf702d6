// Downloads a file of bounded size, whole or not at all; where its beginning is on the device already, only the rest.
import { failed, ok, type Result } from '../result';
import { type Beginning, concatenated, type PartialDownload } from './partial-download';
import { PAST_CACHES } from './past-caches';
import { refusal, type Refusal } from './reasons';

/** The transfer is given up when nothing arrives for so long. */
const STALL_MS = 20_000;
const PARTIAL_CONTENT = 206;
const RANGE_NOT_SATISFIABLE = 416;

export type FetchBytesOptions = {
  readonly maxBytes: number;
  readonly stallMs?: number;
  /** All that is there of the file, an earlier attempt's included. */
  readonly onProgress?: (receivedBytes: number) => void;
  /** Where a transfer that breaks off is kept, and gone on from. */
  readonly partial?: PartialDownload;
};

/** `status`: HTTP's, where it was that. */
export type FetchRefusal = Refusal & { readonly status?: number };

/**
 * Fetches `url` past any cache: these files are verified and kept here, and a damaged copy in a cache would be offered for ever.
 * More than `maxBytes` is `bad_size` and is not read to its end; everything else that goes wrong is `network`.
 */
export async function fetchBytes(
  url: string,
  options: FetchBytesOptions,
): Promise<Result<Uint8Array, FetchRefusal>> {
  const { maxBytes, stallMs = STALL_MS, onProgress, partial } = options;
  const beginning = (await partial?.recall()) ?? null;
  if (beginning !== null && beginning.bytes.length >= maxBytes) {
    return ok(beginning.bytes);
  }
  const abort = new AbortController();
  let stalled = setTimeout(() => abort.abort(), stallMs);
  try {
    const response = await fetch(url, {
      ...PAST_CACHES,
      signal: abort.signal,
      credentials: 'omit',
      headers: { ...PAST_CACHES.headers, ...(beginning === null ? {} : rangeFrom(beginning)) },
    });
    const resumed = beginning !== null && continues(response, beginning.bytes.length);
    if (!resumed && (response.status === PARTIAL_CONTENT || response.status === RANGE_NOT_SATISFIABLE)) {
      await partial?.restart(null); // it does not have the rest of what we have: the next attempt asks for the whole
      return failed(refusal('network', `${url} answered ${response.status} to a request for its rest`));
    }
    if (!response.ok || response.body === null) {
      return failed({ ...refusal('network', `${url} answered ${response.status}`), status: response.status });
    }
    if (!resumed) {
      await partial?.restart(strongEtag(response));
    }
    const chunks = resumed ? [beginning.bytes] : [];
    let received = resumed ? beginning.bytes.length : 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return ok(concatenated(chunks));
      }
      clearTimeout(stalled);
      chunks.push(value);
      received += value.length;
      if (received > maxBytes) {
        return failed(refusal('bad_size', `${url} is larger than ${maxBytes} bytes`));
      }
      await partial?.append(value);
      onProgress?.(received);
      stalled = setTimeout(() => abort.abort(), stallMs);
    }
  } catch (error) {
    const reason = abort.signal.aborted ? `stalled for ${stallMs / 1000} s` : String(error);
    return failed(refusal('network', `${url}: ${reason}`));
  } finally {
    clearTimeout(stalled);
    await partial?.flush();
    abort.abort(); // frees the connection where the body was not read to its end
  }
}

/** Asks for the rest if the file is still the same, and for the whole of it if not (RFC 9110, section 13.1.5). */
function rangeFrom({ bytes, etag }: Beginning): Record<string, string> {
  return { Range: `bytes=${bytes.length}-`, 'If-Range': etag };
}

function continues(response: Response, offset: number): boolean {
  const range = response.headers.get('Content-Range');
  return response.status === PARTIAL_CONTENT && range?.startsWith(`bytes ${offset}-`) === true;
}

/** A weak one does not promise the same bytes. */
function strongEtag({ headers }: Response): string | null {
  const etag = headers.get('ETag');
  return etag?.startsWith('"') === true ? etag : null;
}
