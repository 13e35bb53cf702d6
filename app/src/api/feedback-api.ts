// Sends and withdraws reports over HTTP (docs/contracts.md, HTTP API).
import { utf8ToBytes } from '@noble/hashes/utils.js';
import * as v from 'valibot';

import type { FeedbackReport } from '../feedback/report';
import { multipart, type Part } from './multipart';
import { type Delivery, request } from './request';

const NO_CONTENT = 204;

export interface FeedbackApi {
  send(report: FeedbackReport, photo: Uint8Array | null): Promise<Delivery>;
  withdraw(id: string, deletionToken: string): Promise<Delivery>;
}

const Receipt = v.object({ id: v.string() });

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function feedbackApi(baseUrl: string): FeedbackApi {
  return {
    send: (report, photo) => {
      const parts: Part[] = [
        { name: 'report', type: 'application/json', content: utf8ToBytes(JSON.stringify(report)) },
      ];
      if (photo !== null) {
        parts.push({ name: 'photo', type: 'image/jpeg', content: photo, filename: 'photo.jpg' });
      }
      const { contentType, body } = multipart(parts, `deepdog-${report.id}`);
      const isReceipt = async (response: Response) => {
        const receipt = v.safeParse(Receipt, await response.json());
        return receipt.success && receipt.output.id === report.id;
      };
      return request(`${baseUrl}/feedback`, isReceipt, {
        method: 'POST',
        headers: { 'Content-Type': contentType },
        body: body.slice().buffer,
      });
    },
    withdraw: (id, deletionToken) =>
      request(`${baseUrl}/feedback/${id}`, ({ status }) => status === NO_CONTENT, {
        method: 'DELETE',
        headers: { 'Deletion-Token': deletionToken },
      }),
  };
}
