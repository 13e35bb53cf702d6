// A feedback server for tests: keeps each report once, as the real one does, and misbehaves on request.
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Answers one request in the server's place; `act` is what the server would have done. */
export type Fault = (response: ServerResponse, act: () => Promise<void>) => void | Promise<void>;

export type Complaint = { readonly report: Record<string, unknown>; readonly photo: Uint8Array | null };

/** The standard's FormData; React Native's types know one that cannot be read. */
type Form = { get(name: string): string | Blob | null };

export class ComplaintsServer {
  readonly stored = new Map<string, Complaint>();
  readonly requests: string[] = [];
  /** Each is used once, in order. */
  readonly faults: Fault[] = [];
  baseUrl = '';
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
      this.stored.delete(request.url?.split('/').at(-1) ?? '');
      response.writeHead(204).end();
      return;
    }
    // The platform's own reader of forms, so that ours is not checked against itself.
    const headers = { 'Content-Type': request.headers['content-type'] ?? '' };
    const form = (await new Response(new Uint8Array(body).buffer, { headers }).formData()) as unknown as Form;
    const report = JSON.parse(form.get('report') as string) as Record<string, unknown>;
    const photo = form.get('photo');
    const id = String(report['id']);
    const known = this.stored.has(id);
    this.stored.set(id, {
      report,
      photo: photo instanceof Blob ? new Uint8Array(await photo.arrayBuffer()) : null,
    });
    answer(response, known ? 200 : 201, { id, has_photo: photo !== null });
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
export function refuse(response: ServerResponse, status: number, message: string): void {
  answer(response, status, { error: { code: 'code', message, field: null } });
}
