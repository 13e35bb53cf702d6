// What was fixed when the app was built: where its server is, which keys it trusts, what it can run.
import { Platform as System } from 'react-native';

import { version } from '../../package.json';
import type { Platform } from '../feedback/report';
import { type UpdatesOff, type UpdateSource, updateSourceOf } from '../updates/update-source';
import { RUNTIME_VERSION } from './runtime-version';

export const APP_VERSION = version;

export const PLATFORM: Platform = System.OS === 'ios' || System.OS === 'android' ? System.OS : 'web';

/** Ends in `/api/v1`. A page talks to the server that it came from, unless it was built for another; null when there is none. */
export function apiBaseUrl(): string | null {
  const built = process.env.EXPO_PUBLIC_API_URL as string | undefined;
  if (built !== undefined && built !== '') {
    return built.replace(/\/$/, '');
  }
  return PLATFORM === 'web' ? `${window.location.origin}/api/v1` : null;
}

/** Where updates come from, or why there are none. */
export function updateSource(): UpdateSource | UpdatesOff {
  return updateSourceOf({
    baseUrl: apiBaseUrl(),
    trustedKeys: (process.env.EXPO_PUBLIC_TRUSTED_KEYS as string | undefined) ?? '',
    appVersion: APP_VERSION,
    runtimeVersion: RUNTIME_VERSION,
  });
}
