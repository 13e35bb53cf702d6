// The public keys that this build of the app trusts, from the document that `flask generate-keys` writes.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import * as v from 'valibot';

import { failed, ok, type Result } from '../result';

/** Raw 32-byte Ed25519 public keys by key id. */
export type Keys = ReadonlyMap<string, Uint8Array>;

/** `number` counts the sets: the first is 1, and each is signed with a release key of the one before. */
export type TrustedKeys = { readonly number: number; readonly release: Keys; readonly channel: Keys };

const KeysByName = v.record(v.string(), v.string());
const Document = v.object({
  number: v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(1)), 1),
  release: KeysByName,
  channel: KeysByName,
});

/** The first 16 hex digits of the SHA-256 of the raw public key. */
export function keyId(publicKey: Uint8Array): string {
  return bytesToHex(sha256(publicKey)).slice(0, 16);
}

/** Parses the document; a key that is malformed or not the one that its id names is an error, never skipped. */
export function parseTrustedKeys(text: string): Result<TrustedKeys, string> {
  try {
    const { number, release, channel } = v.parse(Document, JSON.parse(text));
    return ok({ number, release: parseKeys(release), channel: parseKeys(channel) });
  } catch (error) {
    return failed(`the trusted keys are malformed: ${String(error)}`);
  }
}

function parseKeys(encoded: Record<string, string>): Keys {
  const keys = new Map<string, Uint8Array>();
  for (const [id, text] of Object.entries(encoded)) {
    const key = base64.decode(text);
    if (key.length !== 32 || keyId(key) !== id) {
      throw new Error(`${id} is not the id of the Ed25519 key beside it`);
    }
    keys.set(id, key);
  }
  if (keys.size === 0) {
    throw new Error('a role without keys can verify nothing');
  }
  return keys;
}
