// Where updates come from, and what this build of the app accepts.
import { parseTrustedKeys, type TrustedKeys } from './trusted-keys';

export type UpdateSource = {
  /** Everything before `/channels/…`, `/manifests/…` and `/models/…`. */
  readonly baseUrl: string;
  readonly keys: TrustedKeys;
  readonly appVersion: string;
  readonly runtimeVersion: string;
};

/** Why an app looks for no updates: it was built without a server's address, without keys to verify them, or with broken ones. */
export type UpdatesOff = 'noServer' | 'noKeys' | 'badKeys';

export type Build = Omit<UpdateSource, 'baseUrl' | 'keys'> & {
  readonly baseUrl: string | null;
  /** The document that `flask generate-keys` writes; empty where the app was built without. */
  readonly trustedKeys: string;
};

export function updateSourceOf({ baseUrl, trustedKeys, ...versions }: Build): UpdateSource | UpdatesOff {
  if (baseUrl === null) {
    return 'noServer';
  }
  if (trustedKeys.trim() === '') {
    return 'noKeys';
  }
  const keys = parseTrustedKeys(trustedKeys);
  return keys.ok ? { baseUrl, keys: keys.value, ...versions } : 'badKeys';
}
