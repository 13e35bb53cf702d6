// What was fixed when the app was built: where its server is, which keys it trusts, what it can run.
import { Platform } from 'react-native';

import { version } from '../../package.json';
import type { UpdatesOff, UpdateSource } from '../updates/check';
import { parseTrustedKeys } from '../updates/trusted-keys';

export const APP_VERSION = version;

/** TensorFlow release whose operators the runtime has: that of fast-tflite on iOS, the oldest of the three runtimes. */
const RUNTIME_VERSION = '2.17.0';

/** Ends in `/api/v1`. A page talks to the server that it came from, unless it was built for another; null when there is none. */
export function apiBaseUrl(): string | null {
  const built = process.env.EXPO_PUBLIC_API_URL as string | undefined;
  if (built !== undefined && built !== '') {
    return built.replace(/\/$/, '');
  }
  return Platform.OS === 'web' ? `${window.location.origin}/api/v1` : null;
}

/** Where updates come from, or why there are none. */
export function updateSource(): UpdateSource | UpdatesOff {
  const baseUrl = apiBaseUrl();
  if (baseUrl === null) {
    return 'noServer';
  }
  const keys = parseTrustedKeys((process.env.EXPO_PUBLIC_TRUSTED_KEYS as string | undefined) ?? '');
  return keys.ok
    ? { baseUrl, keys: keys.value, appVersion: APP_VERSION, runtimeVersion: RUNTIME_VERSION }
    : 'noKeys';
}
