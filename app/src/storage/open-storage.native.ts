// Storage on phones: records in SQLite, blobs as files beside it.
/* eslint-disable @typescript-eslint/require-await -- asynchronous for the sake of the other implementations */
import { Directory, File, Paths } from 'expo-file-system';
import { openDatabaseSync } from 'expo-sqlite';

import type { Storage } from './storage';

const UNFINISHED = '.part';

/** Opens the phone's storage. */
export async function openStorage(name = 'deepdog'): Promise<Storage> {
  const database = openDatabaseSync(`${name}.db`);
  database.execSync(`
    PRAGMA journal_mode = WAL;
    PRAGMA synchronous = FULL;
    CREATE TABLE IF NOT EXISTS records (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
  `);
  // Named in plugins/keep-out-of-backups.ts as well, as is the database's.
  const folder = new Directory(Paths.document, name);
  folder.create({ idempotent: true, intermediates: true });
  // What was being written when the app was killed: nobody asks for it again, and it may be a photo. Nothing is written yet now.
  for (const entry of folder.list()) {
    if (entry.name.endsWith(UNFINISHED)) {
      entry.delete();
    }
  }

  const read = (key: string): unknown => {
    const row = database.getFirstSync<{ value: string }>('SELECT value FROM records WHERE key = ?', key);
    return row === null ? undefined : JSON.parse(row.value);
  };
  const write = (key: string, value: unknown): void =>
    void database.runSync('INSERT OR REPLACE INTO records VALUES (?, ?)', key, JSON.stringify(value));
  const writeFile = (blob: string, bytes: Uint8Array): void => {
    const unfinished = new File(folder, blob + UNFINISHED);
    try {
      unfinished.create({ overwrite: true });
      unfinished.write(bytes);
      unfinished.moveSync(new File(folder, blob), { overwrite: true });
    } catch (error) {
      if (unfinished.exists) {
        unfinished.delete();
      }
      throw error;
    }
  };

  return {
    get: async (key) => read(key),
    list: async (prefix) => {
      const rows = await database.getAllAsync<{ key: string; value: string }>(
        'SELECT key, value FROM records WHERE substr(key, 1, length(?1)) = ?1 ORDER BY key',
        prefix,
      );
      return new Map(rows.map(({ key, value }) => [key, JSON.parse(value)]));
    },
    update: async (key, change) => {
      // Synchronous, so that nothing else of the app runs between the read and the write.
      database.withTransactionSync(() => {
        const value = change(read(key));
        if (value === undefined) {
          database.runSync('DELETE FROM records WHERE key = ?', key);
        } else {
          write(key, value);
        }
      });
    },
    readBlob: async (blob) => {
      const file = new File(folder, blob);
      return file.exists ? await file.bytes() : undefined;
    },
    writeBlob: async (blob, bytes) => writeFile(blob, bytes),
    writeWithBlob: async (key, value, blob, bytes) => {
      // Nothing else of the app runs in between. The file goes first: a record never speaks of one that is not there.
      writeFile(blob, bytes);
      write(key, value);
    },
    deleteBlob: async (blob) => {
      const file = new File(folder, blob);
      if (file.exists) {
        file.delete();
      }
    },
    listBlobs: async (prefix) =>
      folder
        .list()
        .map((entry) => entry.name)
        .filter((blob) => blob.startsWith(prefix) && !blob.endsWith(UNFINISHED)),
  };
}
