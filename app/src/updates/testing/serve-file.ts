// Serves a file as RFC 9110 has it, whole or from an offset, and breaks off half-way on request.
import type { IncomingMessage, ServerResponse } from 'node:http';

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

export type Answer = (response: ServerResponse, request: IncomingMessage) => void;

/** With a strong ETag; from the offset asked for when If-Range still names it. */
export function serve(file: Uint8Array): Answer {
  return (response, request) => response.end(start(file, response, request));
}

/** Serves no more than `count` bytes, then cuts the connection. */
export function breakOff(file: Uint8Array, count: number): Answer {
  return (response, request) => {
    const rest = start(file, response, request);
    response.write(rest.subarray(0, count), () => response.destroy());
  };
}

/** The first byte that a request asks for. */
export function offsetIn({ headers }: IncomingMessage): number {
  return Number(/^bytes=(\d+)-$/.exec(headers.range ?? '')?.[1] ?? 0);
}

/** Writes the headers; returns the bytes that belong under them. */
function start(file: Uint8Array, response: ServerResponse, request: IncomingMessage): Uint8Array {
  const etag = `"${bytesToHex(sha256(file))}"`;
  const offset = request.headers['if-range'] === etag ? offsetIn(request) : 0;
  if (offset === 0) {
    response.writeHead(200, { ETag: etag, 'Content-Length': file.length });
  } else {
    response.writeHead(206, {
      ETag: etag,
      'Content-Length': file.length - offset,
      'Content-Range': `bytes ${offset}-${file.length - 1}/${file.length}`,
    });
  }
  return file.subarray(offset);
}
