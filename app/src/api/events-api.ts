// Sends counts over HTTP (docs/contracts.md, POST /events).
import type { DayCounts } from '../counts/counts';
import type { Platform } from '../feedback/report';
import { type Delivery, request } from './request';

const NO_CONTENT = 204;

/** The counts of one UTC day, `YYYY-MM-DD`, under an id of their own. */
export type Batch = DayCounts & { readonly id: string; readonly day: string };

export interface EventsApi {
  send(batch: Batch): Promise<Delivery>;
}

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function eventsApi(baseUrl: string, appVersion: string, platform: Platform): EventsApi {
  return {
    send: (batch) =>
      request(`${baseUrl}/events`, ({ status }) => status === NO_CONTENT, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ ...batch, app_version: appVersion, platform }),
      }),
  };
}
