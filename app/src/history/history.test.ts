// What the device remembers: the latest photos, in order, no more than it should, and nothing once cleared.
import { memoryStorage } from '../storage/memory-storage';
import { describeModel } from '../updates/testing/publisher';
import type { Judgement } from '../verdict/judge';
import { History, KEPT } from './history';

const judgement: Judgement = {
  prediction: { score: 0.97, heatmap: { height: 1, width: 1, values: Float32Array.of(3) } },
  verdict: 'positive',
  description: describeModel('1.0.0', Uint8Array.of(1)),
};
const photo = (second: number) => ({
  uri: `blob:${second}`,
  takenAt: new Date(Date.UTC(2026, 10, 24, 8, 0, second)).toISOString(),
});
const toSquare = () => Promise.resolve(Uint8Array.of(0xff, 0xd8));

test('photos are remembered with verdict, label and picture, the latest first, also after a restart', async () => {
  const storage = memoryStorage();
  const history = new History({ storage, toSquare });
  await history.add(photo(1), judgement);
  await history.add(photo(2), { ...judgement, verdict: 'negative' });

  const reopened = new History({ storage, toSquare });
  await reopened.read();
  expect(reopened.entries.get()).toEqual([
    expect.objectContaining({ takenAt: photo(2).takenAt, verdict: 'negative', score: 0.97 }),
    expect.objectContaining({ takenAt: photo(1).takenAt, verdict: 'positive' }),
  ]);
  const [latest] = reopened.entries.get();
  expect(await reopened.picture(latest?.id ?? '')).toEqual(Uint8Array.of(0xff, 0xd8));
});

test('the oldest make room', async () => {
  const storage = memoryStorage();
  const history = new History({ storage, toSquare });
  for (let second = 0; second < KEPT + 2; second++) {
    await history.add(photo(second), judgement);
  }
  expect(history.entries.get()).toHaveLength(KEPT);
  expect(history.entries.get().at(-1)?.takenAt).toBe(photo(2).takenAt);
  expect((await storage.list('history/')).size).toBe(KEPT);
  expect(await storage.listBlobs('history-')).toHaveLength(KEPT);
});

test('clearing leaves nothing, not even of a photo that is just being added', async () => {
  const storage = memoryStorage();
  const history = new History({ storage, toSquare });
  await history.add(photo(1), judgement);
  const adding = history.add(photo(2), judgement);
  await history.clear();
  await adding;
  expect(history.entries.get()).toEqual([]);
  expect((await storage.list('history/')).size).toBe(0);
  expect(await storage.listBlobs('history-')).toEqual([]);
});

test('clearing leaves nothing of what another tab remembers either', async () => {
  const storage = memoryStorage();
  const [history, otherTab] = [new History({ storage, toSquare }), new History({ storage, toSquare })];
  await history.add(photo(1), judgement);
  await otherTab.add(photo(2), judgement);
  await history.clear();
  expect((await storage.list('history/')).size).toBe(0);
  expect(await storage.listBlobs('history-')).toEqual([]);
});

test('what another tab adds and clears is there and gone when it is read again', async () => {
  const storage = memoryStorage();
  const [history, otherTab] = [new History({ storage, toSquare }), new History({ storage, toSquare })];
  await otherTab.add(photo(1), judgement);
  await history.read();
  expect(history.entries.get()).toEqual(otherTab.entries.get());
  await otherTab.clear();
  await history.read();
  expect(history.entries.get()).toEqual([]);
});

test('a photo that another tab adds during a start keeps its picture', async () => {
  const storage = memoryStorage();
  const otherTab = new History({ storage, toSquare });
  const list = storage.list.bind(storage);
  jest.spyOn(storage, 'list').mockImplementationOnce(async (prefix) => {
    const records = await list(prefix);
    await otherTab.add(photo(1), judgement);
    return records;
  });
  await new History({ storage, toSquare }).read();
  const [added] = otherTab.entries.get();
  expect(await otherTab.picture(added?.id ?? '')).toBeDefined();
});

test('a start sweeps pictures without a record and records that are none', async () => {
  const storage = memoryStorage();
  await storage.writeBlob('history-orphan.jpg', Uint8Array.of(1));
  await storage.update('history/odd', () => ({ id: 'odd' }));
  const history = new History({ storage, toSquare });
  await history.read();
  expect(history.entries.get()).toEqual([]);
  expect(await storage.listBlobs('history-')).toEqual([]);
});

test('a full device or an unreadable photo is no error', async () => {
  const storage = memoryStorage();
  jest.spyOn(storage, 'writeWithBlob').mockRejectedValue(new Error('QuotaExceededError'));
  const history = new History({ storage, toSquare });
  await history.add(photo(1), judgement);
  const unreadable = new History({ storage: memoryStorage(), toSquare: () => Promise.reject(new Error()) });
  await unreadable.add(photo(1), judgement);
  expect([history.entries.get(), unreadable.entries.get()]).toEqual([[], []]);
});
