// Counts are made with consent only, sent once when their day is over, and gone when the consent is.
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { eventsApi } from '../api/events-api';
import { memoryStorage } from '../storage/memory-storage';
import { choose } from '../storage/choices';
import type { Storage } from '../storage/storage';
import { Counter } from './counter';

const DAY = 86_400_000;
const TODAY = Date.parse('2026-11-24T23:59:00Z');

let received: Record<string, unknown>[];
let faults: ((response: ServerResponse) => void)[];
const server = createServer((request, response) => {
  let body = '';
  request.on('data', (chunk: Buffer) => (body += chunk.toString()));
  request.on('end', () => {
    received.push({ path: request.url, ...(JSON.parse(body) as object) });
    (faults.shift() ?? ((r: ServerResponse) => r.writeHead(204).end()))(response);
  });
});
let storage: Storage;
let now: number;

beforeAll(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(async () => {
  [received, faults, storage, now] = [[], [], memoryStorage(), TODAY];
  await choose(storage, 'sendCounts', true);
});

function newCounter(): Counter {
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/v1`;
  return new Counter({ storage, api: eventsApi(baseUrl, '1.0.0', 'web'), now: () => now });
}
const counts = async () => [...(await storage.list('counts/')).keys()];

test('a day is sent when it is over, added up, without anything that tells phones apart', async () => {
  const counter = newCounter();
  await counter.countCheck('1.0.0');
  await counter.countCheck('1.0.0');
  await counter.countUpdate(null, 'bad_signature');
  await counter.countUpdate(null, 'bad_signature');
  await counter.countUpdate('1.0.1', null);
  await counter.countCheck('1.0.1');
  await counter.deliver();
  expect(received).toEqual([]);

  now += DAY;
  const restarted = newCounter();
  await restarted.countCheck('1.0.1'); // of the next day
  await restarted.deliver();
  expect(received).toEqual([
    {
      path: '/api/v1/events',
      id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      day: '2026-11-24',
      app_version: '1.0.0',
      platform: 'web',
      checks: [
        { model_version: '1.0.0', count: 2 },
        { model_version: '1.0.1', count: 1 },
      ],
      updates: [
        { model_version: null, outcome: 'failed', reason: 'bad_signature', count: 2 },
        { model_version: '1.0.1', outcome: 'installed', count: 1 },
      ],
    },
  ]);
  await restarted.deliver();
  expect(received).toHaveLength(1);
  expect(await counts()).toEqual(['counts/2026-11-25']);
});

test('without consent nothing is counted', async () => {
  await choose(storage, 'sendCounts', false);
  await newCounter().countCheck('1.0.0');
  expect(await counts()).toEqual([]);
});

test('when the consent is withdrawn, what was counted is forgotten', async () => {
  await newCounter().countCheck('1.0.0');
  await choose(storage, 'sendCounts', false);
  now += DAY;
  await newCounter().deliver();
  expect(received).toEqual([]);
  expect(await counts()).toEqual([]);
});

test('when the consent is withdrawn while a day is on its way, the days after it are forgotten', async () => {
  await newCounter().countCheck('1.0.0');
  now += DAY;
  await newCounter().countCheck('1.0.0');
  now += DAY;
  faults.push(
    (response) => void choose(storage, 'sendCounts', false).then(() => response.writeHead(204).end()),
  );
  await newCounter().deliver();
  expect(received).toEqual([expect.objectContaining({ day: '2026-11-24' })]);
  expect(await counts()).toEqual([]);
});

test('a lost answer: the very same batch again, also after a kill', async () => {
  await newCounter().countCheck('1.0.0');
  now += DAY;
  faults.push((response) => response.destroy());
  await newCounter().deliver();
  await newCounter().deliver();
  expect(received).toHaveLength(2);
  expect(received[1]).toEqual(received[0]);
  expect(await counts()).toEqual([]);
});

test('Retry-After is kept to, across restarts', async () => {
  await newCounter().countCheck('1.0.0');
  now += DAY;
  faults.push((response) => response.writeHead(429, { 'Retry-After': '120' }).end());
  await newCounter().deliver();
  now += 119_000;
  await newCounter().deliver();
  expect(received).toHaveLength(1);
  now += 1000;
  await newCounter().deliver();
  expect(received).toHaveLength(2);
});

test('a clock that was set back since holds nothing up', async () => {
  await newCounter().countCheck('1.0.0');
  now += 20 * DAY;
  faults.push((response) => response.writeHead(429, { 'Retry-After': '120' }).end());
  await newCounter().deliver();
  now -= 19 * DAY;
  await newCounter().deliver();
  expect(received).toHaveLength(2);
});

test('what the server refuses for good is not sent again', async () => {
  await newCounter().countCheck('1.0.0');
  now += DAY;
  faults.push((response) =>
    response.writeHead(422).end('{"error": {"code": "invalid", "message": "day", "field": null}}'),
  );
  await newCounter().deliver();
  await newCounter().deliver();
  expect(received).toHaveLength(1);
});

test('what is too old for the server is forgotten', async () => {
  await newCounter().countCheck('1.0.0');
  now += 32 * DAY;
  await newCounter().deliver();
  expect(received).toEqual([]);
  expect(await counts()).toEqual([]);
});

test('no more is counted than a batch may hold', async () => {
  const counter = newCounter();
  for (let i = 0; i < 60; i++) {
    await counter.countCheck(`1.0.${i}`);
  }
  now += DAY;
  await counter.deliver();
  expect(received[0]?.['checks']).toHaveLength(50);
});
