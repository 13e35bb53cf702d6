// Storage in the browser: IndexedDB, whose transactions are atomic.
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

import { memoryStorage } from './memory-storage';
import type { Storage } from './storage';

interface Schema extends DBSchema {
  records: { key: string; value: unknown };
  blobs: { key: string; value: Uint8Array };
}

const STRICT = { durability: 'strict' } as const;

/** Opens the browser's storage; where it grants none (some private windows), one that lasts as long as the page. */
export async function openStorage(name = 'deepdog'): Promise<Storage> {
  try {
    return await openIndexedDb(name);
  } catch {
    return memoryStorage();
  }
}

async function openIndexedDb(name: string): Promise<Storage> {
  let connection: Promise<IDBPDatabase<Schema>> | undefined;
  const connect = () =>
    openDB<Schema>(name, 1, {
      upgrade(fresh) {
        fresh.createObjectStore('records');
        fresh.createObjectStore('blobs');
      },
      // Browsers do so when the page's data is cleared, and Safari to pages that were long out of sight.
      terminated: () => (connection = undefined),
      // Else a later release, whose database may have another version, would wait until this tab is closed.
      blocking: () => {
        void connection?.then((open) => open.close());
        connection = undefined;
      },
    });
  const database = () =>
    (connection ??= connect().catch((error: unknown) => {
      connection = undefined;
      throw error;
    }));
  await database();
  const startingWith = (prefix: string) => IDBKeyRange.bound(prefix, `${prefix}\uffff`);

  return {
    get: async (key) => (await database()).get('records', key),
    list: async (prefix) => {
      const range = startingWith(prefix);
      const { store } = (await database()).transaction('records');
      const [keys, values] = await Promise.all([store.getAllKeys(range), store.getAll(range)]);
      return new Map(keys.map((key, i) => [key, values[i]]));
    },
    update: async (key, change) => {
      const transaction = (await database()).transaction('records', 'readwrite', STRICT);
      const value = change(await transaction.store.get(key));
      await Promise.all([
        value === undefined ? transaction.store.delete(key) : transaction.store.put(value, key),
        transaction.done,
      ]);
    },
    readBlob: async (blob) => (await database()).get('blobs', blob),
    writeBlob: async (blob, bytes) => {
      const transaction = (await database()).transaction('blobs', 'readwrite', STRICT);
      await Promise.all([transaction.store.put(bytes, blob), transaction.done]);
    },
    writeWithBlob: async (key, value, blob, bytes) => {
      const transaction = (await database()).transaction(['blobs', 'records'], 'readwrite', STRICT);
      await Promise.all([
        transaction.objectStore('blobs').put(bytes, blob),
        transaction.objectStore('records').put(value, key),
        transaction.done,
      ]);
    },
    deleteBlob: async (blob) => (await database()).delete('blobs', blob),
    listBlobs: async (prefix) => (await database()).getAllKeys('blobs', startingWith(prefix)),
  };
}
