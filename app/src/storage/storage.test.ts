// One interface, three implementations, the same promises: memory, the browser's IndexedDB, the phone's SQLite and files.
import 'fake-indexeddb/auto';

import * as fs from 'node:fs';
import * as path from 'node:path';

import { forceCloseDatabase } from 'fake-indexeddb';

import { memoryStorage } from './memory-storage';
import { openStorage as openNative } from './open-storage.native';
import { openStorage as openWeb } from './open-storage.web';
import type { Storage } from './storage';
import { File, Paths } from './testing/expo-file-system';
import { loadSqlite } from './testing/expo-sqlite';

jest.mock('expo-sqlite', () => jest.requireActual<object>('./testing/expo-sqlite'));
jest.mock('expo-file-system', () => jest.requireActual<object>('./testing/expo-file-system'));

beforeAll(loadSqlite);
afterAll(() => fs.rmSync(Paths.document, { recursive: true }));

let names = 0;

describe.each<[string, (name: string) => Promise<Storage>]>([
  ['memory', () => Promise.resolve(memoryStorage())],
  ['browser', openWeb],
  ['phone', openNative],
])('%s', (kind, open) => {
  let storage: Storage;
  let name: string;
  beforeEach(async () => {
    name = `test-${(names += 1)}`;
    storage = await open(name);
  });

  test('a record is what was last written, or undefined', async () => {
    expect(await storage.get('a')).toBeUndefined();
    await storage.update('a', () => ({ n: 1, text: '“🌭”', list: [null, true] }));
    expect(await storage.get('a')).toEqual({ n: 1, text: '“🌭”', list: [null, true] });
    await storage.update('a', () => undefined);
    expect(await storage.get('a')).toBeUndefined();
  });

  test('records are listed by prefix, taken literally', async () => {
    for (const key of ['b/2', 'b/1', 'b', 'c/1', 'B/1', 'b%1']) {
      await storage.update(key, () => key);
    }
    expect(new Map(await storage.list('b/'))).toEqual(
      new Map([
        ['b/1', 'b/1'],
        ['b/2', 'b/2'],
      ]),
    );
    expect([...(await storage.list('b%')).keys()]).toEqual(['b%1']);
  });

  test('updates at the same time lose nothing', async () => {
    const increment = (value: unknown) => (typeof value === 'number' ? value : 0) + 1;
    await Promise.all(Array.from({ length: 50 }, () => storage.update('count', increment)));
    expect(await storage.get('count')).toBe(50);
  });

  test('an update that fails changes nothing, and the next one works', async () => {
    await storage.update('a', () => 1);
    const failing = storage.update('a', () => {
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect(await storage.get('a')).toBe(1);
    await storage.update('a', () => 2);
    expect(await storage.get('a')).toBe(2);
  });

  test('a blob is what was last written, whatever becomes of the writer’s buffer', async () => {
    expect(await storage.readBlob('m')).toBeUndefined();
    const bytes = Uint8Array.of(9, 1, 2, 3).subarray(1);
    await storage.writeBlob('m', bytes);
    bytes.fill(0);
    expect(await storage.readBlob('m')).toEqual(Uint8Array.of(1, 2, 3));
    await storage.writeBlob('m', Uint8Array.of(4));
    expect(await storage.readBlob('m')).toEqual(Uint8Array.of(4));
  });

  test('a blob that is written with a record is found with it or not at all', async () => {
    const writing = storage.writeWithBlob('r', { n: 1 }, 'm', Uint8Array.of(1));
    const looks: Promise<boolean>[] = [];
    for (let i = 0; i < 20; i++) {
      looks.push(
        storage
          .listBlobs('')
          .then(async ([blob]) => blob === undefined || (await storage.get('r')) !== undefined),
      );
      await Promise.resolve();
    }
    expect(await Promise.all(looks)).not.toContain(false);
    await writing;
    expect([await storage.get('r'), await storage.readBlob('m')]).toEqual([{ n: 1 }, Uint8Array.of(1)]);
  });

  test('blobs are listed by prefix and deleted, twice if need be', async () => {
    await storage.writeBlob('model-1', Uint8Array.of(1));
    await storage.writeBlob('photo-1', Uint8Array.of(2));
    expect(await storage.listBlobs('model-')).toEqual(['model-1']);
    await storage.deleteBlob('model-1');
    await storage.deleteBlob('model-1');
    expect(await storage.listBlobs('')).toEqual(['photo-1']);
  });

  if (kind !== 'memory') {
    test('everything is there after a restart', async () => {
      await storage.update('a', () => 1);
      await storage.writeBlob('m', Uint8Array.of(1));
      const reopened = await open(name);
      expect(await reopened.get('a')).toBe(1);
      expect(await reopened.readBlob('m')).toEqual(Uint8Array.of(1));
    });
  }
});

test('phone: a file that was being written when the app was killed is no blob, and gone at the next start', async () => {
  const folder = path.join(Paths.document, 'killed');
  const storage = await openNative('killed');
  await storage.writeBlob('m', Uint8Array.of(1));
  fs.writeFileSync(path.join(folder, 'm.part'), 'half');
  fs.writeFileSync(path.join(folder, 'n.part'), 'half');
  expect(await storage.listBlobs('')).toEqual(['m']);
  expect(await storage.readBlob('n')).toBeUndefined();

  const restarted = await openNative('killed');
  expect(fs.readdirSync(folder)).toEqual(['m']);
  expect(await restarted.readBlob('m')).toEqual(Uint8Array.of(1));
});

test.each(['create', 'write', 'moveSync'] as const)(
  'phone: a file that fails in %s leaves nothing',
  async (step) => {
    const storage = await openNative(`full-${step}`);
    await storage.writeBlob('m', Uint8Array.of(1));
    jest.spyOn(File.prototype, step).mockImplementationOnce(() => {
      throw new Error('no room');
    });
    await expect(storage.writeBlob('m', Uint8Array.of(2))).rejects.toThrow('no room');
    expect(fs.readdirSync(path.join(Paths.document, `full-${step}`))).toEqual(['m']);
    expect(await storage.readBlob('m')).toEqual(Uint8Array.of(1));
  },
);

/** As clearing the page's data does. The package's type names the class in place of what it makes. */
const end = forceCloseDatabase as unknown as (connection: IDBDatabase) => void;

test('browser: a connection that the browser ends is opened anew, at the second try if need be', async () => {
  const open = indexedDB.open.bind(indexedDB);
  const opening = jest.spyOn(indexedDB, 'open');
  const storage = await openWeb('ended');
  await storage.update('a', () => 1);
  end((opening.mock.results[0]?.value as IDBOpenDBRequest).result);
  open('later', 2);
  opening.mockImplementationOnce(() => open('later', 1)); // which fails
  await expect(storage.get('a')).rejects.toThrow();
  expect(await storage.get('a')).toBe(1);
  opening.mockRestore();
});

test('browser: the database of a later release does not wait for a tab of this one', async () => {
  await openWeb('upgraded');
  const upgraded = await new Promise((resolve) => {
    indexedDB.open('upgraded', 2).onupgradeneeded = () => resolve(true);
  });
  expect(upgraded).toBe(true);
});

test('browser: what deletes the database leaves one that can be written again', async () => {
  const storage = await openWeb('deleted');
  await storage.update('a', () => 1);
  await new Promise((resolve) => {
    indexedDB.deleteDatabase('deleted').onsuccess = resolve;
  });
  expect(await storage.get('a')).toBeUndefined();
  await storage.update('a', () => 2);
  expect(await storage.get('a')).toBe(2);
});

test('browser: without a database there is storage for as long as the page lasts', async () => {
  const refusing = jest.spyOn(indexedDB, 'open').mockImplementation(() => {
    throw new DOMException('denied', 'SecurityError');
  });
  const storage = await openWeb('denied');
  refusing.mockRestore();
  await storage.update('a', () => 1);
  expect(await storage.get('a')).toBe(1);
});
