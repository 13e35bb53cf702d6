// Sends a photo straight to the server's bucket where it offers that (docs/contracts.md, Direct uploads); no more than a try.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

import type { ApiClient } from './client';
import { multipart, type Part } from './multipart';
import { withinTime } from './request';

const OFFER_TIMEOUT_MS = 15_000;
const UPLOAD_TIMEOUT_MS = 60_000;
const NOT_FOUND = 404;

export class PhotoUploads {
  /** Servers that offer nothing are asked once in the life of the app. */
  private offered = true;

  constructor(private readonly client: ApiClient) {}

  /** Resolves with the photo's hash once the bucket has it; with null where it must be sent along with the report. */
  async send(reportId: string, photo: Uint8Array): Promise<string | null> {
    if (!this.offered) {
      return null;
    }
    const hash = bytesToHex(sha256(photo));
    try {
      const { data, response } = await withinTime(OFFER_TIMEOUT_MS, (signal) =>
        this.client.POST('/api/v1/uploads', {
          signal,
          body: { id: reportId, photo_sha256: hash, size_bytes: photo.length },
        }),
      );
      this.offered = response.status !== NOT_FOUND;
      return data !== undefined && (await post(data.url, data.fields, photo, reportId)) ? hash : null;
    } catch {
      return null;
    }
  }
}

async function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  photo: Uint8Array,
  reportId: string,
): Promise<boolean> {
  const parts: Part[] = Object.entries(fields).map(([name, value]) => ({
    name,
    type: 'text/plain',
    content: utf8ToBytes(value),
  }));
  // S3 reads nothing that comes after the file.
  parts.push({ name: 'file', type: 'image/jpeg', content: photo, filename: 'photo.jpg' });
  const { contentType, body } = multipart(parts, `deepdog-${reportId}`);
  const response = await withinTime(UPLOAD_TIMEOUT_MS, (signal) =>
    fetch(url, {
      method: 'POST',
      body: body.slice().buffer,
      headers: { 'Content-Type': contentType },
      credentials: 'omit',
      signal,
    }),
  );
  return response.ok;
}
