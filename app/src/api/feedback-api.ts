// Sends and withdraws reports over HTTP (docs/contracts.md, HTTP API).
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import type { FeedbackReport } from '../feedback/report';
import { apiClient } from './client';
import { multipart, type Part } from './multipart';
import { deliver, type Delivery, hasNoContent } from './request';

export interface FeedbackApi {
  send(report: FeedbackReport, photo: Uint8Array | null): Promise<Delivery>;
  withdraw(id: string, deletionToken: string): Promise<Delivery>;
}

const Receipt = v.object({ id: v.string() });

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function feedbackApi(baseUrl: string): FeedbackApi {
  const client = apiClient(baseUrl);
  return {
    send: (report, photo) => {
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

function partsOf(report: FeedbackReport, photo: Uint8Array | null): Part[] {
  const parts: Part[] = [
    { name: 'report', type: 'application/json', content: utf8ToBytes(JSON.stringify(report)) },
  ];
  if (photo !== null) {
    parts.push({ name: 'photo', type: 'image/jpeg', content: photo, filename: 'photo.jpg' });
  }
  return parts;
}
