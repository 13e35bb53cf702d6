// Storage that lasts as long as the page: for browsers that grant none, and for tests.
/* eslint-disable @typescript-eslint/require-await -- asynchronous for the sake of the other implementations */
import type { Storage } from './storage';

export function memoryStorage(): Storage {
  const records = new Map<string, string>();
  const blobs = new Map<string, Uint8Array>();
  const parse = (text: string | undefined): unknown => (text === undefined ? undefined : JSON.parse(text));

  return {
    get: async (key) => parse(records.get(key)),
    list: async (prefix) =>
      new Map(
        [...records].filter(([key]) => key.startsWith(prefix)).map(([key, text]) => [key, parse(text)]),
      ),
    update: async (key, change) => {
      const value = change(parse(records.get(key)));
      if (value === undefined) {
        records.delete(key);
      } else {
        records.set(key, JSON.stringify(value));
      }
    },
    readBlob: async (name) => blobs.get(name)?.slice(),
    writeBlob: async (name, bytes) => void blobs.set(name, bytes.slice()),
    writeWithBlob: async (key, value, name, bytes) => {
      records.set(key, JSON.stringify(value));
      blobs.set(name, bytes.slice());
    },
    deleteBlob: async (name) => void blobs.delete(name),
    listBlobs: async (prefix) => [...blobs.keys()].filter((name) => name.startsWith(prefix)),
  };
}
