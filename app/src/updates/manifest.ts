// The manifest: a model's description, signed with the release key.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

import { type AnyDescription, type CheckDescription, parseDescription } from '../model/description';
import { failed, ok, type Result } from '../result';
import type { ManifestReference } from './channel';
import { openEnvelope, type VerifySignature } from './dsse';
import { refusal, type Refusal } from './reasons';
import type { Keys } from './trusted-keys';

export const MANIFEST_TYPE = 'application/vnd.deepdog.manifest+json';

type ManifestOptions<Description> = {
  readonly keys: Keys;
  readonly check: CheckDescription<Description>;
  readonly verify: VerifySignature;
};

/** Opens the manifest that a channel refers to and returns the description in it. */
export async function verifyManifest<Description extends AnyDescription>(
  bytes: Uint8Array,
  reference: ManifestReference,
  { keys, check, verify }: ManifestOptions<Description>,
): Promise<Result<Description, Refusal>> {
  const hash = bytesToHex(sha256(bytes));
  // eslint-disable-next-line security/detect-possible-timing-attacks -- neither is a secret
  if (hash !== reference.sha256) {
    return failed(refusal('bad_manifest_hash', `SHA-256 is ${hash}, announced ${reference.sha256}`));
  }
  const payload = await openEnvelope(bytes, MANIFEST_TYPE, keys, verify);
  if (!payload.ok) {
    return payload;
  }
  const description = parseDescription(payload.value, check);
  if (!description.ok) {
    return failed(refusal('bad_manifest', description.error));
  }
  if (description.value.version !== reference.version) {
    const detail = `version is ${description.value.version}, announced ${reference.version}`;
    return failed(refusal('bad_manifest', detail));
  }
  return ok(description.value);
}
