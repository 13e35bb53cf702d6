// Trusted keys that changed after the app was built: each set is signed with a release key of the set before it.
import type { Storage } from '../storage/storage';
import type { VerifySignature } from './dsse';
import { openEnvelope } from './dsse';
import { fetchBytes } from './fetch-bytes';
import { parseTrustedKeys, type TrustedKeys } from './trusted-keys';

export const KEYS_TYPE = 'application/vnd.deepdog.keys+json';

const RECORD = 'updates/keys';
const MAX_DOCUMENT_BYTES = 64 * 1024;

/** The later of the set that the app was built with and the set that it was led to since. */
export async function keysInForce(builtIn: TrustedKeys, storage: Storage): Promise<TrustedKeys> {
  const text = await storage.get(RECORD);
  const kept = typeof text === 'string' ? parseTrustedKeys(text) : null;
  return kept?.ok === true && kept.value.number > builtIn.number ? kept.value : builtIn;
}

/** Fetches and keeps the set after `keys`; null when there is none that `keys` vouch for. */
export async function nextKeys(
  keys: TrustedKeys,
  baseUrl: string,
  { storage, verify }: { readonly storage: Storage; readonly verify: VerifySignature },
): Promise<TrustedKeys | null> {
  const number = keys.number + 1;
  const bytes = await fetchBytes(`${baseUrl}/keys/${number}.json`, { maxBytes: MAX_DOCUMENT_BYTES });
  const payload = bytes.ok ? await openEnvelope(bytes.value, KEYS_TYPE, keys.release, verify) : bytes;
  if (!payload.ok) {
    return null;
  }
  const text = new TextDecoder().decode(payload.value);
  const next = parseTrustedKeys(text);
  if (!next.ok || next.value.number !== number) {
    return null;
  }
  await storage.update(RECORD, () => text);
  return next.value;
}
