// The photos that were judged, on this device alone: the last few, with their verdicts.
import { Observable } from '../observable';
import type { Photo } from '../pixels/photo';
import type { Storage } from '../storage/storage';
import { randomUuid } from '../storage/uuid';
import type { Judgement } from '../verdict/judge';
import { byTime, entryOf, type HistoryEntry, parseEntry } from './entry';

/** Older ones make room: a few megabytes in all. */
export const KEPT = 60;
/** Side of a remembered picture, in pixels. */
export const PICTURE_SIDE = 480;

const RECORDS = 'history/';
const BLOBS = 'history-';
const recordOf = (id: string) => `${RECORDS}${id}`;
const blobOf = (id: string) => `${BLOBS}${id}.jpg`;

type Options = {
  readonly storage: Storage;
  readonly toSquare: (photo: Photo, side: number) => Promise<Uint8Array>;
};

export class History {
  /** The latest first. */
  readonly entries = new Observable<readonly HistoryEntry[]>([]);
  /** One change at a time, so that clearing clears what is just being added. */
  private queue: Promise<unknown> = Promise.resolve();

  constructor(private readonly options: Options) {}

  /** Reads what is remembered, also by other tabs; pictures that were left without their record are deleted. */
  read(): Promise<void> {
    return this.inTurn(async () => {
      const { storage } = this.options;
      // Before the records: what another tab adds meanwhile has its record by then, and so is no orphan.
      const blobs = await storage.listBlobs(BLOBS);
      const records = await storage.list(RECORDS);
      const entries = [...records.values()].map(parseEntry).filter((entry) => entry !== null);
      const known = new Set(entries.map(({ id }) => blobOf(id)));
      for (const blob of blobs) {
        if (!known.has(blob)) {
          await storage.deleteBlob(blob);
        }
      }
      this.entries.set(entries.sort(byTime));
    });
  }

  /** Remembers a judged photo. A full device costs the memory of it, never the verdict. */
  add(photo: Photo, judgement: Judgement): Promise<void> {
    const id = randomUuid();
    const entry = entryOf(id, photo, judgement);
    // At once: the photo may be gone when its turn comes.
    const picture = this.options.toSquare(photo, PICTURE_SIDE);
    picture.catch(() => undefined);
    return this.inTurn(async () => {
      const { storage } = this.options;
      await storage.writeWithBlob(recordOf(id), entry, blobOf(id), await picture);
      const entries = [entry, ...this.entries.get()].sort(byTime);
      this.entries.set(entries.slice(0, KEPT));
      await this.forget(entries.slice(KEPT));
    });
  }

  /** A remembered picture as JPEG; undefined when there is none. */
  picture(id: string): Promise<Uint8Array | undefined> {
    return this.options.storage.readBlob(blobOf(id)).catch(() => undefined);
  }

  /** Forgets everything, also what other tabs remembered. */
  clear(): Promise<void> {
    return this.inTurn(async () => {
      this.entries.set([]);
      const { storage } = this.options;
      const blobs = await storage.listBlobs(BLOBS); // before the records, as above
      const records = await storage.list(RECORDS);
      await Promise.all([...records.keys()].map((record) => storage.update(record, () => undefined)));
      await Promise.all(blobs.map((blob) => storage.deleteBlob(blob)));
    });
  }

  /** The record goes first: a picture without one is swept at the next start. */
  private async forget(entries: readonly HistoryEntry[]): Promise<void> {
    const { storage } = this.options;
    await Promise.all(
      entries.map(async ({ id }) => {
        await storage.update(recordOf(id), () => undefined);
        await storage.deleteBlob(blobOf(id));
      }),
    );
  }

  /** What the storage refuses is not worth troubling the user with: history is a convenience. */
  private inTurn(task: () => Promise<void>): Promise<void> {
    const done = this.queue.then(task).catch(() => undefined);
    this.queue = done;
    return done;
  }
}
