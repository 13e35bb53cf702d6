// The reports on the device, as the screens see them and as storage keeps them: a record each, and the photo as a blob.
import * as v from 'valibot';

import { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { type ReportState, StoredReport } from './report';

const RECORDS = 'feedback/';
const BLOBS = 'feedback-';
const blobName = (id: string) => `${BLOBS}${id}.jpg`;

export class ReportStore {
  /** Newest first. */
  readonly reports = new Observable<readonly StoredReport[]>([]);

  constructor(private readonly storage: Storage) {}

  /**
   * Reads what an earlier run left. A record of an older app that cannot be read is passed over; where nothing can be read,
   * the reports made from now on are there.
   */
  async load(): Promise<void> {
    try {
      // Before the records: a photo that another tab adds meanwhile is not in this list, and so no orphan.
      const photos = await this.storage.listBlobs(BLOBS);
      const records = await this.storage.list(RECORDS);
      this.merge([...records.values()]);
      await Promise.all(this.orphansAmong(photos).map((name) => this.storage.deleteBlob(name)));
    } catch {
      return;
    }
  }

  /** Adds a report. The photo goes first: a record never speaks of a photo that is not there. */
  async add(stored: StoredReport, photo: Uint8Array | null): Promise<void> {
    const { id } = stored.report;
    if (photo !== null) {
      await this.storage.writeBlob(blobName(id), photo);
    }
    await this.storage.update(RECORDS + id, () => stored);
    this.reports.set([stored, ...this.reports.get()]);
  }

  find(id: string): StoredReport | undefined {
    return this.reports.get().find(({ report }) => report.id === id);
  }

  /** Shows a state that is not kept. */
  show(id: string, state: ReportState): void {
    this.reports.set(
      this.reports.get().map((stored) => (stored.report.id === id ? { ...stored, state } : stored)),
    );
  }

  async change(id: string, state: ReportState): Promise<void> {
    this.show(id, state);
    const stored = this.find(id);
    // One that was forgotten, be it in another tab, is not brought back. A state that cannot be kept is an older one after
    // a restart: what was sent is sent again, and the server knows it.
    await this.storage
      .update(RECORDS + id, (kept) => (kept === undefined ? undefined : stored))
      .catch(() => undefined);
  }

  async forget(id: string): Promise<void> {
    this.reports.set(this.reports.get().filter(({ report }) => report.id !== id));
    await this.storage.update(RECORDS + id, () => undefined);
    await this.dropPhoto(id);
  }

  async photo(id: string): Promise<Uint8Array | null> {
    return (await this.storage.readBlob(blobName(id))) ?? null;
  }

  dropPhoto(id: string): Promise<void> {
    return this.storage.deleteBlob(blobName(id));
  }

  private merge(records: readonly unknown[]): void {
    const kept = records.flatMap((record) => {
      const report = v.safeParse(StoredReport, record);
      return report.success && this.find(report.output.report.id) === undefined ? [report.output] : [];
    });
    this.reports.set([...this.reports.get(), ...kept].sort((a, b) => b.madeAt - a.madeAt));
  }

  /** Photos that no report is going to send: those of an app that was killed at the wrong moment. */
  private orphansAmong(photos: readonly string[]): readonly string[] {
    const wanted = this.reports
      .get()
      .filter(({ state }) => state.status === 'queued' || state.status === 'sending')
      .map(({ report }) => blobName(report.id));
    return photos.filter((name) => !wanted.includes(name));
  }
}
