// What the answers of a server, or of whatever stands in for it, mean for a report.
import type { ServerResponse } from 'node:http';

import { newReport } from '../feedback/report';
import { answer, ComplaintsServer, refuse } from '../feedback/testing/complaints-server';
import { DRAFT } from '../feedback/testing/draft';
import { feedbackApi } from './feedback-api';
import type { Delivery } from './request';

const { report, deletionToken } = newReport(DRAFT, true, 0);
const photo = Uint8Array.from({ length: 5000 }, (_, i) => i % 256);

let server: ComplaintsServer;
beforeEach(async () => {
  server = new ComplaintsServer();
  await server.listen();
});
afterEach(() => server.close());

test('a report arrives as it is, with its photo, and can be withdrawn', async () => {
  const api = feedbackApi(server.baseUrl);
  expect(await api.send(report, photo)).toEqual({ status: 'accepted' });
  expect(server.stored.get(report.id)).toEqual({ report, photo });
  expect(await api.send(report, photo)).toEqual({ status: 'accepted' }); // 200: known
  expect(await api.withdraw(report.id, deletionToken)).toEqual({ status: 'accepted' });
  expect(server.stored.size).toBe(0);
});

test('a report without a photo has no such part', async () => {
  await feedbackApi(server.baseUrl).send(report, null);
  expect(server.stored.get(report.id)?.photo).toBeNull();
});

const later = (retryAfterMs: number | null = null): Delivery => ({ status: 'later', retryAfterMs });
const refused = (message: string, code = 'code'): Delivery => ({ status: 'refused', code, message });

test.each<[string, Delivery, (response: ServerResponse) => void]>([
  ['409', refused('Taken.'), (r) => refuse(r, 409, 'Taken.')],
  ['413 by us', refused('Too large.'), (r) => refuse(r, 413, 'Too large.')],
  ['413 by a proxy', refused('The report is too large.', 'too_large'), (r) => r.writeHead(413).end('<html>')],
  ['422', refused('score: must be at most 1.'), (r) => refuse(r, 422, 'score: must be at most 1.')],
  ['403 by a proxy', later(), (r) => r.writeHead(403).end('<html>')],
  ['408 by a proxy', later(), (r) => r.writeHead(408).end()],
  ['410', refused('Deleted.'), (r) => refuse(r, 410, 'Deleted.')],
  ['429', later(7000), (r) => answer(r, 429, {}, { 'Retry-After': '7' })],
  ['500', later(), (r) => refuse(r, 500, 'Broken.')],
  ['503 with Retry-After', later(120_000), (r) => answer(r, 503, {}, { 'Retry-After': '120' })],
  ['503 with nonsense', later(), (r) => answer(r, 503, {}, { 'Retry-After': 'soon' })],
  ['503 until next year', later(86_400_000), (r) => answer(r, 503, {}, { 'Retry-After': '99999999' })],
  ['200 by a hotel’s sign-in page', later(), (r) => r.writeHead(200).end('<html>')],
  ['201 for another report', later(), (r) => answer(r, 201, { id: 'other', has_photo: false })],
  ['a connection cut', later(), (r) => void r.destroy()],
])('%s means %j', async (_, delivery, behave) => {
  server.faults.push(behave);
  expect(await feedbackApi(server.baseUrl).send(report, photo)).toEqual(delivery);
});

test('Retry-After may be a date', async () => {
  const date = new Date(Date.now() + 60_000).toUTCString();
  server.faults.push((response) => answer(response, 503, {}, { 'Retry-After': date }));
  const delivery = await feedbackApi(server.baseUrl).send(report, null);
  const wait = delivery.status === 'later' ? delivery.retryAfterMs : null;
  expect(wait).toBeGreaterThan(50_000);
  expect(wait).toBeLessThanOrEqual(60_000);
});

test('no server at all: later', async () => {
  await server.close();
  expect(await feedbackApi(server.baseUrl).send(report, null)).toEqual(later());
});

test('a withdrawal is done only when the server says so', async () => {
  const api = feedbackApi(server.baseUrl);
  server.faults.push((r) => void r.writeHead(200).end('<html>'));
  expect(await api.withdraw(report.id, deletionToken)).toEqual(later());
  server.faults.push((r) => refuse(r, 403, 'Not yours.'));
  expect(await api.withdraw(report.id, deletionToken)).toEqual(refused('Not yours.'));
});

describe('a photo straight to the bucket', () => {
  let bucket: Map<string, Uint8Array>;
  beforeEach(() => {
    bucket = new Map();
    server.bucket = bucket;
  });

  test('where the server offers that: the report refers to it', async () => {
    expect(await feedbackApi(server.baseUrl).send(report, photo)).toEqual({ status: 'accepted' });
    expect([...bucket.values()]).toEqual([photo]);
    expect(server.stored.get(report.id)).toEqual({ report, photo });
    expect(server.requests).toHaveLength(3);
  });

  test('sent again, it is the same report', async () => {
    const api = feedbackApi(server.baseUrl);
    await api.send(report, photo);
    bucket.clear(); // the server deletes it once the report came
    expect(await api.send(report, photo)).toEqual({ status: 'accepted' });
    expect(server.stored.size).toBe(1);
  });

  test.each<[string, number, (response: ServerResponse) => void]>([
    ['the offer fails', 0, (r) => refuse(r, 503, 'Later.')],
    ['the offer is a sign-in page', 0, (r) => r.writeHead(200).end('<html>')],
    ['the connection to the bucket is cut', 1, (r) => void r.destroy()],
    ['the bucket refuses', 1, (r) => r.writeHead(403).end('<Error/>')],
    ['the bucket loses it', 1, (r) => r.writeHead(204).end()],
  ])('%s: it goes along with the report, in the same attempt', async (_, before, behave) => {
    const act = (_response: ServerResponse, go: () => Promise<void>) => go();
    server.faults.push(...Array.from({ length: before }, () => act), behave);
    expect(await feedbackApi(server.baseUrl).send(report, photo)).toEqual({ status: 'accepted' });
    expect(server.stored.get(report.id)).toEqual({ report, photo });
    expect(bucket.size).toBe(0);
  });

  test('a server that offers nothing is asked once', async () => {
    server.bucket = null;
    const api = feedbackApi(server.baseUrl);
    await api.send(report, photo);
    server.bucket = bucket;
    await api.send({ ...report, id: '6d1c9b1e-3f9c-4b0e-9d0e-2f1f3f0b7a11' }, photo);
    expect(bucket.size).toBe(0);
    expect(server.stored.size).toBe(2);
  });

  test('a report without a photo asks for nothing', async () => {
    await feedbackApi(server.baseUrl).send(report, null);
    expect(server.requests).toEqual(['POST']);
  });
});
