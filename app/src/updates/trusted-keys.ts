// The public keys that this build of the app trusts, from the document that `flask generate-keys` writes.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import * as v from 'valibot';

import { failed, ok, type Result } from '../result';

/** Raw 32-byte Ed25519 public keys by key id. */
export type Keys = ReadonlyMap<string, Uint8Array>;

export type TrustedKeys = { readonly release: Keys; readonly channel: Keys };

const KeysByName = v.record(v.string(), v.string());
const Document = v.object({ release: KeysByName, channel: KeysByName });

/** The first 16 hex digits of the SHA-256 of the raw public key. */
export function keyId(publicKey: Uint8Array): string {
  return bytesToHex(sha256(publicKey)).slice(0, 16);
}

/** Parses the document; a key that is malformed or not the one that its id names is an error, never skipped. */
export function parseTrustedKeys(text: string): Result<TrustedKeys, string> {
  try {
    const document = v.parse(Document, JSON.parse(text));
    return ok({ release: parseKeys(document.release), channel: parseKeys(document.channel) });
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
