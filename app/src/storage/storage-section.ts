// A part of the storage with names of its own: whoever is given one cannot touch what lies outside.
import type { Storage } from './storage';

/** Every name in it has `prefix` before it in `storage`. */
export function storageSection(storage: Storage, prefix: string): Storage {
  const outside = (name: string) => prefix + name;
  const inside = (name: string) => name.slice(prefix.length);
  return {
    get: (key) => storage.get(outside(key)),
    list: async (start) =>
      new Map([...(await storage.list(outside(start)))].map(([key, value]) => [inside(key), value])),
    update: (key, change) => storage.update(outside(key), change),
    readBlob: (name) => storage.readBlob(outside(name)),
    writeBlob: (name, bytes) => storage.writeBlob(outside(name), bytes),
    writeWithBlob: (key, value, name, bytes) =>
      storage.writeWithBlob(outside(key), value, outside(name), bytes),
    deleteBlob: (name) => storage.deleteBlob(outside(name)),
    listBlobs: async (start) => (await storage.listBlobs(outside(start))).map(inside),
  };
}
