// Downloads a file of bounded size, whole or not at all.
import { failed, ok, type Result } from '../result';
import { refusal, type Refusal } from './reasons';

/** The transfer is given up when nothing arrives for so long. */
const STALL_MS = 20_000;

export type FetchBytesOptions = {
  readonly maxBytes: number;
  readonly stallMs?: number;
  readonly onProgress?: (receivedBytes: number) => void;
};

/**
 * Fetches `url` past any cache: these files are verified and kept here, and a damaged copy in a cache would be offered for ever.
 * More than `maxBytes` is `bad_size` and is not read to its end; everything else that goes wrong is `network`.
 */
export async function fetchBytes(
  url: string,
  options: FetchBytesOptions,
): Promise<Result<Uint8Array, Refusal>> {
  const { maxBytes, stallMs = STALL_MS, onProgress } = options;
  const abort = new AbortController();
  let stalled = setTimeout(() => abort.abort(), stallMs);
  try {
    const response = await fetch(url, { signal: abort.signal, cache: 'no-store', credentials: 'omit' });
    if (!response.ok || response.body === null) {
      return failed(refusal('network', `${url} answered ${response.status}`));
    }
    const chunks: Uint8Array[] = [];
    let received = 0;
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        return ok(join(chunks, received));
      }
      clearTimeout(stalled);
      stalled = setTimeout(() => abort.abort(), stallMs);
      chunks.push(value);
      received += value.length;
      if (received > maxBytes) {
        return failed(refusal('bad_size', `${url} is larger than ${maxBytes} bytes`));
      }
      onProgress?.(received);
    }
  } catch (error) {
    const reason = abort.signal.aborted ? `stalled for ${stallMs / 1000} s` : String(error);
    return failed(refusal('network', `${url}: ${reason}`));
  } finally {
    clearTimeout(stalled);
    abort.abort(); // frees the connection where the body was not read to its end
  }
}

function join(chunks: readonly Uint8Array[], length: number): Uint8Array {
  const whole = new Uint8Array(length);
  let offset = 0;
  for (const chunk of chunks) {
    whole.set(chunk, offset);
    offset += chunk.length;
  }
  return whole;
}
