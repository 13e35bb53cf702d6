// A report is kept before it is sent, arrives once whatever the network does, and can be taken back at any time.
import { feedbackApi } from '../api/feedback-api';
import { memoryStorage } from '../storage/memory-storage';
import type { Storage } from '../storage/storage';
import { FeedbackQueue } from './feedback-queue';
import { isPending } from './pending';
import { answer, ComplaintsServer, refuse } from './testing/complaints-server';
import { DRAFT } from './testing/draft';

const PHOTO = Uint8Array.of(0xff, 0xd8, 1, 2, 3);

let server: ComplaintsServer;
let storage: Storage;
let now: number;
beforeEach(async () => {
  jest.useFakeTimers({ doNotFake: ['nextTick', 'setImmediate', 'queueMicrotask', 'performance'] });
  server = new ComplaintsServer();
  await server.listen();
  storage = memoryStorage();
  now = 1_000_000;
});
afterEach(async () => {
  jest.useRealTimers();
  await server.close();
});

const newQueue = (from: Storage = storage) =>
  new FeedbackQueue({ storage: from, api: feedbackApi(server.baseUrl), now: () => now, random: () => 1 });

const tick = () => new Promise((resolve) => setImmediate(resolve));
const stateOf = (queue: FeedbackQueue) => queue.reports.get()[0]?.state;

/** Waits, in real time, until the first report is in the state; `waiting`: the attempts after which it waits for the next. */
async function until(queue: FeedbackQueue, status: string, waiting?: number): Promise<void> {
  const deadline = performance.now() + 5000;
  const reached = () => {
    const state = stateOf(queue);
    const asExpected = (state?.status ?? 'gone') === status;
    return waiting === undefined || state === undefined || !isPending(state)
      ? asExpected
      : asExpected && state.attempts === waiting && state.notBefore > now;
  };
  while (!reached()) {
    if (performance.now() > deadline) {
      throw new Error(`still ${JSON.stringify(stateOf(queue))}, not ${status}`);
    }
    await tick();
  }
}

/** Lets time pass for the queue's clock and its timers. */
async function pass(ms: number): Promise<void> {
  now += ms;
  await jest.advanceTimersByTimeAsync(ms);
}

test('sent: the server has it as it was, and the photo no longer lies on the device', async () => {
  const queue = newQueue();
  const id = await queue.submit(DRAFT, PHOTO);
  await until(queue, 'sent');
  const { comment, ...draft } = DRAFT;
  expect(server.stored.get(id)?.report).toMatchObject({ ...draft, comment });
  expect(server.stored.get(id)?.photo).toEqual(PHOTO);
  await tick();
  expect(await storage.listBlobs('')).toEqual([]);
});

test('an answer lost on its way: sent again under the same id, stored once', async () => {
  server.faults.push(async (response, act) => {
    response.end = () => response.destroy();
    await act();
  });
  const queue = newQueue();
  await queue.submit(DRAFT, PHOTO);
  await until(queue, 'queued', 1);
  expect(server.stored.size).toBe(1);
  await pass(2000);
  await until(queue, 'sent');
  expect(server.requests).toEqual(['POST', 'POST']);
  expect(server.stored.size).toBe(1);
});

test('killed before and while sending: the next start sends it, from what was kept', async () => {
  server.faults.push(() => undefined); // never answers
  const killed = newQueue();
  await killed.submit(DRAFT, PHOTO);
  await until(killed, 'sending');
  while (server.requests.length === 0) {
    await tick();
  }

  const restarted = newQueue();
  await restarted.start();
  expect(stateOf(restarted)?.status).not.toBe('sent');
  await until(restarted, 'sent');
  expect([...server.stored.values()].map(({ photo }) => photo)).toEqual([PHOTO]);
});

test('waits twice as long after every failure, but not when the app is woken', async () => {
  const waits: number[] = [];
  const queue = newQueue();
  server.faults.push(
    ...Array.from({ length: 4 }, () => (r: Parameters<typeof refuse>[0]) => refuse(r, 503, '')),
  );
  await queue.submit(DRAFT, null);
  for (const attempt of [1, 2, 3]) {
    await until(queue, 'queued', attempt);
    const state = stateOf(queue);
    waits.push(state?.status === 'queued' ? state.notBefore - now : 0);
    await pass(waits.at(-1) ?? 0);
  }
  expect(waits).toEqual([2000, 4000, 8000]);
  await until(queue, 'queued', 4);
  void queue.wake();
  await until(queue, 'sent');
});

test('Retry-After is kept to, even when the app is woken', async () => {
  server.faults.push((response) => answer(response, 429, {}, { 'Retry-After': '60' }));
  const queue = newQueue();
  await queue.submit(DRAFT, null);
  await until(queue, 'queued', 1);
  await pass(59_000);
  await queue.wake();
  expect(server.requests).toHaveLength(1);
  await pass(1000);
  await until(queue, 'sent');
});

test('a clock that was set back, further than any wait: tried when it is noticed, and not in a busy loop', async () => {
  const wrongClock = now + 60 * 24 * 3_600_000;
  const today = now;
  now = wrongClock;
  server.faults.push((response) => answer(response, 429, {}, { 'Retry-After': '60' }));
  const queue = newQueue();
  await queue.submit(DRAFT, null);
  await until(queue, 'queued', 1);
  now = today;
  const restarted = newQueue();
  const busy = jest.spyOn(globalThis, 'setTimeout');
  await restarted.start();
  await until(restarted, 'sent');
  expect(server.requests).toHaveLength(2);
  expect(busy.mock.calls.every(([, ms = 0]) => ms < 2 ** 31)).toBe(true); // more is taken for none
  busy.mockRestore();
});

test('refused: the reason is shown, nothing is sent again', async () => {
  server.faults.push((response) => refuse(response, 422, 'score: must be at most 1.'));
  const queue = newQueue();
  await queue.submit(DRAFT, PHOTO);
  await until(queue, 'refused');
  expect(stateOf(queue)).toEqual({ status: 'refused', code: 'code', message: 'score: must be at most 1.' });
  await pass(86_400_000);
  await queue.wake();
  expect(server.requests).toEqual(['POST']);
});

test('what was sent but could not be kept as sent: sent again with its photo, and known to the server', async () => {
  const full: Storage = {
    ...storage,
    update: (key, change) =>
      storage.update(key, (kept) => {
        const changed = change(kept);
        if (JSON.stringify(changed).includes('"sent"')) {
          throw new Error('QuotaExceededError');
        }
        return changed;
      }),
  };
  const queue = newQueue(full);
  await queue.submit(DRAFT, PHOTO);
  await until(queue, 'sent');
  await tick();
  expect(await storage.listBlobs('')).toHaveLength(1);

  const restarted = newQueue();
  await restarted.start();
  await until(restarted, 'sent');
  expect(server.requests).toEqual(['POST', 'POST']);
  await tick();
  expect(await storage.listBlobs('')).toEqual([]);
});

test('a photo that the device lost: the report is not sent without, for it may have arrived with it', async () => {
  server.faults.push(async (response, act) => {
    response.end = () => response.destroy();
    await act();
  });
  const queue = newQueue();
  const id = await queue.submit(DRAFT, PHOTO);
  await until(queue, 'queued', 1);
  await storage.deleteBlob(`feedback-${id}.jpg`);
  await queue.wake();
  expect(stateOf(queue)).toMatchObject({ status: 'refused', code: 'photo_lost' });
  expect(server.requests).toEqual(['POST']);
  await queue.takeBack(id);
  await until(queue, 'gone');
  expect(server.stored.size).toBe(0);
});

test('no room: said at once, and nothing half-kept comes up later', async () => {
  const full: Storage = {
    ...storage,
    // As a phone does it: the photo goes first.
    writeWithBlob: async (_key, _value, name, bytes) => {
      await storage.writeBlob(name, bytes);
      throw new Error('QuotaExceededError');
    },
  };
  await expect(newQueue(full).submit(DRAFT, PHOTO)).rejects.toThrow('QuotaExceededError');
  const restarted = newQueue();
  await restarted.start();
  expect(restarted.reports.get()).toEqual([]);
  expect(await storage.listBlobs('')).toEqual([]);
});

test('a device that stops keeping states: still sent, and not in a busy loop', async () => {
  const device = storage;
  let keeps = true;
  const failing: Storage = {
    ...device,
    update: (key, change) => (keeps ? device.update(key, change) : Promise.reject(new Error('gone'))),
  };
  server.faults.push((response) => refuse(response, 503, ''));
  const queue = newQueue(failing);
  await queue.submit(DRAFT, null);
  keeps = false;
  await until(queue, 'queued', 1);
  expect(server.requests).toHaveLength(1);
  await pass(2000);
  await until(queue, 'sent');
  expect(server.requests).toHaveLength(2);
});

test('killed between bucket and report: the next start sends both again, and it is one report', async () => {
  server.bucket = new Map();
  const pass = (_: unknown, act: () => Promise<void>) => act();
  server.faults.push(pass, pass, () => undefined); // offer, upload, and no answer to the report
  const killed = newQueue();
  await killed.submit(DRAFT, PHOTO);
  while (server.requests.length < 3) {
    await tick();
  }
  const restarted = newQueue();
  await restarted.start();
  await until(restarted, 'sent');
  expect([...server.stored.values()].map(({ photo }) => photo)).toEqual([PHOTO]);
});

describe('in two tabs', () => {
  /** Two tabs that both wait to send a report, after an attempt that failed. */
  async function twoTabs(secondStorage: Storage = storage): Promise<[FeedbackQueue, FeedbackQueue]> {
    server.faults.push((response) => refuse(response, 503, ''));
    const first = newQueue();
    await first.submit(DRAFT, PHOTO);
    await until(first, 'queued', 1);
    const second = newQueue(secondStorage);
    await second.start();
    return [first, second];
  }

  test('what one has sent the other knows as sent', async () => {
    const [first, second] = await twoTabs();
    await first.wake();
    await second.wake();
    expect([stateOf(first)?.status, stateOf(second)?.status]).toEqual(['sent', 'sent']);
    expect(server.requests).toEqual(['POST', 'POST']); // the one that failed, and one of the two tabs
  });

  test('what one sends before the other has read the photo the other knows as sent', async () => {
    const late: Storage = {
      ...storage,
      readBlob: async (name) => {
        await first.wake();
        return storage.readBlob(name);
      },
    };
    const [first, second] = await twoTabs(late);
    await second.wake();
    expect([stateOf(first)?.status, stateOf(second)?.status]).toEqual(['sent', 'sent']);
    expect(server.requests).toEqual(['POST', 'POST']);
  });

  test('what one has taken back the other does not send', async () => {
    const [first, second] = await twoTabs();
    await first.takeBack(first.reports.get()[0]?.report.id ?? '');
    await until(first, 'gone');
    await second.wake();
    expect(second.reports.get()).toEqual([]);
    expect(server.requests).toEqual(['POST', 'DELETE']);
  });

  test('what one adds while the other starts keeps its photo', async () => {
    const start = () => newQueue().start();
    const interrupted: Storage = {
      ...storage,
      writeBlob: (name, bytes) => start().then(() => storage.writeBlob(name, bytes)),
      writeWithBlob: (...both) => start().then(() => storage.writeWithBlob(...both)),
      update: (key, change) => start().then(() => storage.update(key, change)),
    };
    const first = newQueue(interrupted);
    await first.submit(DRAFT, PHOTO);
    await until(first, 'sent');
    expect([...server.stored.values()].map(({ photo }) => photo)).toEqual([PHOTO]);
  });

  test('what one is sending while the other takes it back is not stored when it arrives', async () => {
    const [first, second] = await twoTabs();
    server.faults.push(async (_response, act) => {
      await second.takeBack(second.reports.get()[0]?.report.id ?? '');
      await until(second, 'gone');
      await act();
    });
    await first.wake();
    expect(first.reports.get()).toEqual([]);
    expect(server.requests).toEqual(['POST', 'POST', 'DELETE']);
    expect(server.stored.size).toBe(0);
  });

  test('what the other has tried meanwhile is taken back from the server too', async () => {
    server.faults.push(() => undefined); // keeps the first busy with another
    const first = newQueue();
    await first.submit(DRAFT, null);
    const id = await first.submit(DRAFT, PHOTO);
    const second = newQueue();
    await second.start();
    await until(second, 'sent');
    expect(stateOf(first)).toMatchObject({ status: 'queued', attempts: 0 });
    await first.takeBack(id);
    expect(stateOf(first)?.status).toBe('withdrawing');
  });
});

describe('taken back', () => {
  test('before the first attempt: nobody ever hears of it', async () => {
    server.faults.push(() => undefined); // busy with another
    const queue = newQueue();
    await queue.submit(DRAFT, null);
    const id = await queue.submit(DRAFT, PHOTO);
    await queue.takeBack(id);
    expect(queue.reports.get()).toHaveLength(1);
    expect(await storage.listBlobs('')).toEqual([]);
    expect((await storage.list('')).size).toBe(1);
  });

  test('after it was sent: deleted on the server, then here', async () => {
    const queue = newQueue();
    const id = await queue.submit(DRAFT, PHOTO);
    await until(queue, 'sent');
    await queue.takeBack(id);
    await until(queue, 'gone');
    expect(server.requests).toEqual(['POST', 'DELETE']);
    expect(server.stored.size).toBe(0);
    await tick();
    expect((await storage.list('')).size).toBe(0);
  });

  test.each([
    ['while it is being sent', true],
    ['while it is being sent, on a device that does not keep the wish', false],
  ])('%s: deleted as soon as it has arrived', async (_, keepsWish) => {
    let keeps = true;
    const forgetful: Storage = {
      ...storage,
      update: (key, change) => (keeps ? storage.update(key, change) : Promise.reject(new Error('full'))),
    };
    let arrive: () => void = () => undefined;
    server.faults.push(async (_, act) => {
      await new Promise<void>((resolve) => (arrive = resolve));
      await act();
    });
    const queue = newQueue(forgetful);
    const id = await queue.submit(DRAFT, PHOTO);
    await until(queue, 'sending');
    while (server.requests.length === 0) {
      await tick();
    }
    await tick();
    keeps = keepsWish;
    await queue.takeBack(id);
    keeps = true;
    arrive();
    await until(queue, 'gone');
    expect(server.requests).toEqual(['POST', 'DELETE']);
    expect(server.stored.size).toBe(0);
  });

  test('in the moment in which it is kept as sent, on a device that does not keep the wish: deleted all the same', async () => {
    let wished = false;
    const forgetful: Storage = {
      ...storage,
      update: async (key, change) => {
        if (wished) {
          wished = false;
          throw new Error('full');
        }
        let after: unknown;
        await storage.update(key, (kept) => (after = change(kept)));
        if (JSON.stringify(after ?? null).includes('"sent"')) {
          wished = true;
          void queue.takeBack(id);
          await tick();
        }
      },
    };
    const queue = newQueue(forgetful);
    const id = await queue.submit(DRAFT, null);
    await until(queue, 'gone');
    expect(server.requests).toEqual(['POST', 'DELETE']);
    expect(server.stored.size).toBe(0);
  });

  test('without a network, and killed: the wish survives and is carried out', async () => {
    const queue = newQueue();
    const id = await queue.submit(DRAFT, null);
    await until(queue, 'sent');
    server.faults.push((response) => void response.destroy());
    await queue.takeBack(id);
    await until(queue, 'withdrawing', 1);

    now += 2000;
    const restarted = newQueue();
    await restarted.start();
    await until(restarted, 'gone');
    expect(server.stored.size).toBe(0);
  });

  test('after a kill while it was being sent: the server is asked, since it may have arrived', async () => {
    const silence = () => undefined;
    server.faults.push((response) => refuse(response, 503, ''), silence, silence);
    const killed = newQueue();
    await killed.submit(DRAFT, null); // the older one, whose next attempt keeps the restarted queue busy
    await until(killed, 'queued', 1);
    now += 1000;
    const id = await killed.submit(DRAFT, null);
    await until(killed, 'sending');

    now += 1000;
    const restarted = newQueue();
    await restarted.start();
    await restarted.takeBack(id);
    expect(stateOf(restarted)?.status).toBe('withdrawing');
  });

  test.each([
    ['the server has nothing of it: forgotten here', ['gone'], ['POST']],
    [
      'an earlier attempt may have arrived: deleted there',
      ['conflict', 'invalid', 'too_large'],
      ['POST', 'DELETE'],
    ],
  ])('after a refusal by which %s', async (_, codes, requests) => {
    for (const code of codes) {
      server.requests.length = 0;
      server.faults.push((response) => refuse(response, 400, 'No.', code));
      const queue = newQueue();
      const id = await queue.submit(DRAFT, PHOTO);
      await until(queue, 'refused');
      await queue.takeBack(id);
      await until(queue, 'gone');
      expect([code, server.requests]).toEqual([code, requests]);
    }
  });

  test('on a device that kept nothing of its having been sent: deleted on the server all the same', async () => {
    let keeps = true;
    const forgetful: Storage = {
      ...storage,
      update: (key, change) => (keeps ? storage.update(key, change) : Promise.reject(new Error('full'))),
    };
    const queue = newQueue(forgetful);
    const kept = queue.submit(DRAFT, null);
    keeps = false;
    const id = await kept;
    await until(queue, 'sent');
    keeps = true;
    await queue.takeBack(id);
    await until(queue, 'gone');
    expect(server.stored.size).toBe(0);
  });

  test('but the server refuses: said, not forgotten, and asked again when the user does', async () => {
    const queue = newQueue();
    const id = await queue.submit(DRAFT, null);
    await until(queue, 'sent');
    server.faults.push((response) => refuse(response, 403, 'Wrong token.'));
    await queue.takeBack(id);
    await until(queue, 'not_withdrawn');
    expect(server.stored.size).toBe(1);
    await queue.takeBack(id);
    await until(queue, 'gone');
    expect(server.stored.size).toBe(0);
  });

  test('in the moment in which sending begins', async () => {
    const queue = newQueue();
    const id = await queue.submit(DRAFT, null); // its first attempt is being counted
    await queue.takeBack(id);
    await until(queue, 'gone');
    expect(server.stored.size).toBe(0);
  });
});
