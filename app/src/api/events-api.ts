// Sends counts over HTTP (docs/contracts.md, POST /events).
import type { DayCounts } from '../counts/counts';
import type { Platform } from '../feedback/report';
import { apiClient } from './client';
import { deliver, type Delivery, hasNoContent } from './request';

/** The counts of one UTC day, `YYYY-MM-DD`, under an id of their own. */
export type Batch = DayCounts & { readonly id: string; readonly day: string };

export interface EventsApi {
  send(batch: Batch): Promise<Delivery>;
}

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function eventsApi(baseUrl: string, appVersion: string, platform: Platform): EventsApi {
  const client = apiClient(baseUrl);
  return {
    send: (batch) =>
      deliver(
        (signal) =>
          client.POST('/api/v1/events', { signal, body: { ...batch, app_version: appVersion, platform } }),
        hasNoContent,
      ),
  };
}
