// The reports on the device, as the screens see them and as storage keeps them: a record each, and the photo as a blob.
import * as v from 'valibot';

import { Observable } from '../observable';
import type { Storage } from '../storage/storage';
import { isOnItsWay } from './pending';
import { type ReportState, StoredReport } from './report';

const RECORDS = 'feedback/';
const BLOBS = 'feedback-';
const blobName = (id: string) => `${BLOBS}${id}.jpg`;

export class ReportStore {
  /** Newest first. */
  readonly reports = new Observable<readonly StoredReport[]>([]);

  private changing: Promise<void> = Promise.resolve();

  constructor(private readonly storage: Storage) {}

  /**
   * Reads what an earlier run left. A record of an older app that cannot be read is passed over; where nothing can be read,
   * the reports made from now on are there.
   */
  async load(): Promise<void> {
    try {
      // Before the records: what another tab adds meanwhile has its record by then, and so is no orphan.
      const photos = await this.storage.listBlobs(BLOBS);
      const records = await this.storage.list(RECORDS);
      this.merge([...records.values()]);
      await Promise.all(this.orphansAmong(photos).map((name) => this.storage.deleteBlob(name)));
    } catch {
      return;
    }
  }

  /** Adds a report with its photo, if it has one. */
  async add(stored: StoredReport, photo: Uint8Array | null): Promise<void> {
    const { id } = stored.report;
    await (photo === null
      ? this.storage.update(RECORDS + id, () => stored)
      : this.storage.writeWithBlob(RECORDS + id, stored, blobName(id), photo));
    this.reports.set([stored, ...this.reports.get()]);
  }

  find(id: string): StoredReport | undefined {
    return this.reports.get().find(({ report }) => report.id === id);
  }

  /** Shows a state that is not kept. */
  show(id: string, state: ReportState): void {
    const stored = this.find(id);
    this.replace(id, stored && { ...stored, state });
  }

  /**
   * Puts a report into the state that `next` makes of the one that is kept, since another tab may have got further with it; null
   * forgets the report. What cannot be kept is only shown, and is as it was before after a restart.
   */
  change(id: string, next: (state: ReportState) => ReportState | null): Promise<void> {
    // One at a time: what an earlier one keeps is not shown over a later one that could not be kept.
    this.changing = this.changing.then(() => this.changeNow(id, next));
    return this.changing;
  }

  private async changeNow(id: string, next: (state: ReportState) => ReportState | null): Promise<void> {
    const following = (stored: StoredReport): StoredReport | undefined => {
      const state = next(stored.state);
      return state === null ? undefined : { ...stored, state };
    };
    let changed: StoredReport | undefined;
    try {
      await this.storage.update(RECORDS + id, (kept) => {
        // One that another tab has forgotten is not brought back.
        changed = kept === undefined ? undefined : following(v.parse(StoredReport, kept));
        return changed;
      });
    } catch {
      const shown = this.find(id);
      this.replace(id, shown === undefined ? undefined : following(shown));
      return;
    }
    this.replace(id, changed);
    // Only now: a report that is kept as still to be sent needs its photo. Where this fails, the next start removes it.
    if (changed === undefined || !isOnItsWay(changed.state)) {
      await this.storage.deleteBlob(blobName(id)).catch(() => undefined);
    }
  }

  /** Changes the state of a report on its way, unless that was taken back, even where that wish could only be shown. */
  async bringOn(id: string, next: (state: ReportState) => ReportState): Promise<void> {
    await this.change(id, (kept) => {
      const shown = this.find(id)?.state;
      if (shown?.status === 'withdrawing') {
        return shown;
      }
      return isOnItsWay(kept) ? next(kept) : kept;
    });
  }

  async photo(id: string): Promise<Uint8Array | null> {
    return (await this.storage.readBlob(blobName(id))) ?? null;
  }

  private replace(id: string, by: StoredReport | undefined): void {
    this.reports.set(
      this.reports
        .get()
        .map((stored) => (stored.report.id === id ? by : stored))
        .filter((stored) => stored !== undefined),
    );
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
      .filter(({ state }) => isOnItsWay(state))
      .map(({ report }) => blobName(report.id));
    return photos.filter((name) => !wanted.includes(name));
  }
}
