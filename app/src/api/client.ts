// The server's HTTP API as backend/openapi.json describes it: addresses, headers and bodies are checked by the compiler.
import createClient from 'openapi-fetch';

import type { paths } from './generated/openapi';

/** The described addresses begin with it, and so does what comes after a server's name. */
const PREFIX = '/api/v1';

export type ApiClient = ReturnType<typeof apiClient>;

/** The server at `baseUrl`, which ends in `/api/v1`. */
export function apiClient(baseUrl: string) {
  return createClient<paths>({
    baseUrl: baseUrl.slice(0, -PREFIX.length),
    credentials: 'omit',
    cache: 'no-store',
  });
}
