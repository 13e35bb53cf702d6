// What has arrived of a model whose download broke off: kept in pieces, so that the next attempt asks for the rest only.
import * as v from 'valibot';

import type { Storage } from '../storage/storage';

const RECORD = 'updates/partial';
const BLOB_PREFIX = 'partial-';
/** What a kill loses at most. */
const PIECE_BYTES = 128 * 1024;

const Partial = v.object({ sha256: v.string(), etag: v.string() });

/** The beginning of a file; `etag` is the server's strong validator of the file that it is the beginning of. */
export type Beginning = { readonly etag: string; readonly bytes: Uint8Array };

/**
 * One file's beginning on the device. There is at most one on a device, and it is never larger than the file, since the
 * download stops there. All of it is a convenience: where the device does not keep it, the file is fetched from its start.
 */
export class PartialDownload {
  private chunks: Uint8Array[] = [];
  private length = 0;
  private stored = 0;
  private keeping = false;

  constructor(
    private readonly storage: Storage,
    private readonly sha256: string,
  ) {}

  /** What an earlier attempt left; null when there is nothing to go on from. */
  async recall(): Promise<Beginning | null> {
    try {
      const record = v.safeParse(Partial, await this.storage.get(RECORD));
      if (!record.success || record.output.sha256 !== this.sha256) {
        return null;
      }
      const pieces: Uint8Array[] = [];
      for (let offset = 0; ;) {
        const piece = await this.storage.readBlob(this.blobName(offset));
        if (piece === undefined || piece.length === 0) {
          this.stored = offset;
          this.keeping = true;
          return offset === 0 ? null : { etag: record.output.etag, bytes: concatenated(pieces) };
        }
        pieces.push(piece);
        offset += piece.length;
      }
    } catch {
      return null;
    }
  }

  /** Starts over. Without a strong validator nothing is kept: nobody could tell whether a rest belongs to it. */
  async restart(etag: string | null): Promise<void> {
    this.chunks = [];
    this.length = 0;
    this.stored = 0;
    await forgetPartialDownload(this.storage);
    this.keeping =
      etag !== null &&
      (await this.storage
        .update(RECORD, () => ({ sha256: this.sha256, etag }))
        .then(
          () => true,
          () => false,
        ));
  }

  /** Takes the bytes that follow, and keeps them a piece at a time. */
  async append(chunk: Uint8Array): Promise<void> {
    this.chunks.push(chunk);
    this.length += chunk.length;
    if (this.length >= PIECE_BYTES) {
      await this.flush();
    }
  }

  /** Keeps what has not made a piece yet. */
  async flush(): Promise<void> {
    if (!this.keeping || this.length === 0) {
      return;
    }
    const piece = concatenated(this.chunks);
    this.chunks = [];
    this.length = 0;
    try {
      await this.storage.writeBlob(this.blobName(this.stored), piece);
      this.stored += piece.length;
    } catch {
      this.keeping = false; // no room: what follows would leave a hole
    }
  }

  private blobName(offset: number): string {
    return `${BLOB_PREFIX}${this.sha256}-${offset}`;
  }
}

/** Removes whatever is kept of an unfinished download. */
export async function forgetPartialDownload(storage: Storage): Promise<void> {
  try {
    await storage.update(RECORD, () => undefined);
    const pieces = await storage.listBlobs(BLOB_PREFIX);
    await Promise.all(pieces.map((name) => storage.deleteBlob(name)));
  } catch {
    // Pieces without their record are no beginning of anything; the next download removes them.
  }
}

export function concatenated(chunks: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  chunks.reduce((offset, chunk) => {
    whole.set(chunk, offset);
    return offset + chunk.length;
  }, 0);
  return whole;
}
