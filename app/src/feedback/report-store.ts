// The reports on the device: a record each, and the photo that goes along as a blob.
import * as v from 'valibot';

import type { Storage } from '../storage/storage';
import { StoredReport } from './report';

const RECORDS = 'feedback/';
const blobName = (id: string) => `feedback-${id}.jpg`;

export class ReportStore {
  constructor(private readonly storage: Storage) {}

  /** All reports, newest first. A record of an older app that cannot be read is passed over. */
  async load(): Promise<readonly StoredReport[]> {
    const records = [...(await this.storage.list(RECORDS)).values()];
    return records
      .flatMap((record) => {
        const report = v.safeParse(StoredReport, record);
        return report.success ? [report.output] : [];
      })
      .sort((a, b) => b.madeAt - a.madeAt);
  }

  /** Adds a report. The photo goes first: a record never speaks of a photo that is not there. */
  async add(stored: StoredReport, photo: Uint8Array | null): Promise<void> {
    if (photo !== null) {
      await this.storage.writeBlob(blobName(stored.report.id), photo);
    }
    await this.keep(stored);
  }

  keep(stored: StoredReport): Promise<void> {
    return this.storage.update(RECORDS + stored.report.id, () => stored);
  }

  async photo(id: string): Promise<Uint8Array | null> {
    return (await this.storage.readBlob(blobName(id))) ?? null;
  }

  dropPhoto(id: string): Promise<void> {
    return this.storage.deleteBlob(blobName(id));
  }

  async forget(id: string): Promise<void> {
    await this.storage.update(RECORDS + id, () => undefined);
    await this.dropPhoto(id);
  }
}
