// What the app keeps on the device: small JSON records and larger blobs, behind one interface for phones and browsers.

/**
 * Every write is atomic: it is there whole after it resolved, and there whole or not at all when the app is killed before.
 * Methods reject when the device refuses (no room, no permission).
 */
export interface Storage {
  /** The JSON value under `key`; undefined when there is none. */
  get(key: string): Promise<unknown>;
  /** All records whose key starts with `prefix`, by key. */
  list(prefix: string): Promise<ReadonlyMap<string, unknown>>;
  /** Replaces a record by what `change` makes of it, with nothing in between; undefined deletes it. */
  update(key: string, change: (value: unknown) => unknown): Promise<void>;

  readBlob(name: string): Promise<Uint8Array | undefined>;
  writeBlob(name: string, bytes: Uint8Array): Promise<void>;
  /** Writes a record and the blob that belongs to it. Nobody finds one without the other, but where it fails the blob may stay. */
  writeWithBlob(key: string, value: unknown, name: string, bytes: Uint8Array): Promise<void>;
  deleteBlob(name: string): Promise<void>;
  /** The names of all blobs that start with `prefix`. */
  listBlobs(prefix: string): Promise<readonly string[]>;
}
