// What was fixed when the app was built: where its server is, which keys it trusts, what it can run.
import { Platform as System } from 'react-native';

import { version } from '../../package.json';
import type { Platform } from '../feedback/report';
import type { UpdatesOff, UpdateSource } from '../updates/check';
import { parseTrustedKeys } from '../updates/trusted-keys';

export const APP_VERSION = version;

export const PLATFORM: Platform = System.OS === 'ios' || System.OS === 'android' ? System.OS : 'web';

/** TensorFlow release whose operators the runtime has: that of fast-tflite on iOS, the oldest of the three runtimes. */
const RUNTIME_VERSION = '2.17.0';

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
  const baseUrl = apiBaseUrl();
  if (baseUrl === null) {
    return 'noServer';
  }
  const document = (process.env.EXPO_PUBLIC_TRUSTED_KEYS as string | undefined) ?? '';
  if (document === '') {
    return 'noKeys';
  }
  const keys = parseTrustedKeys(document);
  return keys.ok
    ? { baseUrl, keys: keys.value, appVersion: APP_VERSION, runtimeVersion: RUNTIME_VERSION }
    : 'badKeys';
}
