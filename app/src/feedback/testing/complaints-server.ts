// A feedback server for tests, with a bucket of its own on request: keeps each report once, as the real one does, and misbehaves on request.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isDeepStrictEqual } from 'node:util';

/** Answers one request in the server's place; `act` is what the server would have done. */
export type Fault = (response: ServerResponse, act: () => Promise<void>) => void | Promise<void>;

export type Complaint = { readonly report: Record<string, unknown>; readonly photo: Uint8Array | null };

/** The standard's FormData; React Native's types know one that cannot be read. */
type Form = { get(name: string): string | Blob | null };

export class ComplaintsServer {
  readonly stored = new Map<string, Complaint>();
  /** The ids of what was deleted, and of what was before it arrived. */
  private readonly deleted = new Set<string>();
  /** Their methods; to ask for a direct upload where that is not offered counts as nothing. */
  readonly requests: string[] = [];
  /** Each is used once, in order. */
  readonly faults: Fault[] = [];
  baseUrl = '';
  /** What phones sent straight to the bucket, by hash; null: that is not offered. */
  bucket: Map<string, Uint8Array> | null = null;
  private readonly server = createServer((request, response) => void this.answer(request, response));

  async listen(): Promise<void> {
    await new Promise<void>((resolve) => void this.server.listen(0, '127.0.0.1', resolve));
    this.baseUrl = `http://127.0.0.1:${(this.server.address() as AddressInfo).port}/api/v1`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (this.bucket === null && request.url === '/api/v1/uploads') {
      request.resume();
      refuse(response, 404, 'Not offered.', 'not_found');
      return;
    }
    this.requests.push(request.method ?? '');
    const chunks: Buffer[] = [];
    for await (const chunk of request) {
      chunks.push(chunk as Buffer);
    }
    const act = () => this.act(request, Buffer.concat(chunks), response);
    const fault = this.faults.shift();
    await (fault === undefined ? act() : fault(response, act));
  }

  private async act(request: IncomingMessage, body: Buffer, response: ServerResponse): Promise<void> {
    if (request.method === 'DELETE') {
      const id = request.url?.split('/').at(-1) ?? '';
      this.stored.delete(id);
      this.deleted.add(id);
      response.writeHead(204).end();
      return;
    }
    if (request.url === '/api/v1/uploads') {
      this.offerUpload(body, response);
      return;
    }
    // The platform's own reader of forms, so that ours is not checked against itself.
    const headers = { 'Content-Type': request.headers['content-type'] ?? '' };
    const form = (await new Response(new Uint8Array(body).buffer, { headers }).formData()) as unknown as Form;
    if (request.url === '/bucket') {
      const file = form.get('file');
      this.bucket?.set(form.get('key') as string, new Uint8Array(await (file as Blob).arrayBuffer()));
      response.writeHead(204).end();
      return;
    }
    const report = JSON.parse(form.get('report') as string) as Record<string, unknown>;
    const sent = form.get('photo');
    const hash = form.get('photo_sha256');
    const id = String(report['id']);
    const known = this.stored.get(id);
    const uploaded = typeof hash === 'string' ? this.bucket?.get(hash) : undefined;
    const photo = sent instanceof Blob ? new Uint8Array(await sent.arrayBuffer()) : (uploaded ?? null);
    if (this.deleted.has(id)) {
      refuse(response, 410, 'This feedback was deleted by its owner and cannot be sent again.', 'gone');
    } else if (known !== undefined) {
      // As `_content_sha256` of backend/feedback.py has it: the same report with the same photo, or with none.
      const same = isDeepStrictEqual([known.report, sha256(known.photo)], [report, hash ?? sha256(photo)]);
      if (same) {
        answer(response, 200, { id, has_photo: known.photo !== null });
      } else {
        refuse(response, 409, 'Other feedback was stored under this id.', 'conflict');
      }
    } else if (hash !== null && uploaded === undefined) {
      refuse(response, 409, 'It did not arrive.', 'upload_missing');
    } else {
      this.stored.set(id, { report, photo });
      answer(response, 201, { id, has_photo: photo !== null });
    }
  }

  private offerUpload(body: Buffer, response: ServerResponse): void {
    const { photo_sha256: key } = JSON.parse(body.toString()) as { photo_sha256: string };
    const url = this.baseUrl.replace('/api/v1', '/bucket');
    answer(response, 200, { url, fields: { key, 'Content-Type': 'image/jpeg' } });
  }
}

export function answer(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers }).end(JSON.stringify(body));
}

/** The contract's error envelope. */
export function refuse(response: ServerResponse, status: number, message: string, code = 'code'): void {
  answer(response, status, { error: { code, message, field: null } });
}

function sha256(photo: Uint8Array | null): string | null {
  return photo === null ? null : createHash('sha256').update(photo).digest('hex');
}
