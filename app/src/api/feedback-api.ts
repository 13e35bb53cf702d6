// Sends and withdraws reports over HTTP (docs/contracts.md, HTTP API); the photo straight to the bucket where the server offers that.
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import type { FeedbackReport } from '../feedback/report';
import { apiClient } from './client';
import { multipart, type Part } from './multipart';
import { PhotoUploads } from './photo-uploads';
import { deliver, type Delivery, hasNoContent } from './request';

export interface FeedbackApi {
  send(report: FeedbackReport, photo: Uint8Array | null): Promise<Delivery>;
  withdraw(id: string, deletionToken: string): Promise<Delivery>;
}

/** A part of the report's form: the photo itself, or the hash of one that the bucket has. */
type PhotoPart = Uint8Array | { readonly sha256: string } | null;

const Receipt = v.object({ id: v.string() });
const UPLOAD_MISSING = 'upload_missing';

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function feedbackApi(baseUrl: string): FeedbackApi {
  const client = apiClient(baseUrl);
  const uploads = new PhotoUploads(client);

  const post = (report: FeedbackReport, photo: PhotoPart): Promise<Delivery> => {
    const { contentType, body } = multipart(partsOf(report, photo), `deepdog-${report.id}`);
    return deliver(
      (signal) =>
        client.POST('/api/v1/feedback', {
          signal,
          body: { report },
          bodySerializer: () => body.slice().buffer,
          headers: { 'Content-Type': contentType },
        }),
      ({ data }) => {
        const receipt = v.safeParse(Receipt, data);
        return receipt.success && receipt.output.id === report.id;
      },
    );
  };

  return {
    send: async (report, photo) => {
      const sha256 = photo === null ? null : await uploads.send(report.id, photo);
      if (sha256 !== null) {
        const delivery = await post(report, { sha256 });
        if (delivery.status !== 'refused' || delivery.code !== UPLOAD_MISSING) {
          return delivery;
        }
      }
      return post(report, photo);
    },
    withdraw: (id, deletionToken) =>
      deliver(
        (signal) =>
          client.DELETE('/api/v1/feedback/{feedback_id}', {
            signal,
            params: { path: { feedback_id: id }, header: { 'Deletion-Token': deletionToken } },
          }),
        hasNoContent,
      ),
  };
}

function partsOf(report: FeedbackReport, photo: PhotoPart): Part[] {
  const parts: Part[] = [
    { name: 'report', type: 'application/json', content: utf8ToBytes(JSON.stringify(report)) },
  ];
  if (photo !== null && 'sha256' in photo) {
    parts.push({ name: 'photo_sha256', type: 'text/plain', content: utf8ToBytes(photo.sha256) });
  } else if (photo !== null) {
    parts.push({ name: 'photo', type: 'image/jpeg', content: photo, filename: 'photo.jpg' });
  }
  return parts;
}
