// Gradual roll-outs without tracking: every phone works out by itself whether it takes part.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js';

import type { Channel, ManifestReference } from './channel';

const BUCKETS = 10_000;

/** The phone's bucket, 0 to 9999: SHA-256 of `installId + salt` as a big-endian integer, modulo 10000. */
export function rolloutBucket(installId: string, salt: string): number {
  const digest = bytesToHex(sha256(utf8ToBytes(installId + salt)));
  return Number(BigInt(`0x${digest}`) % BigInt(BUCKETS));
}

/** The model that this phone should have; null when it should stay as it is. Raising the percentage only adds phones. */
export function wantedManifest(channel: Channel, installId: string): ManifestReference | null {
  const { percent, salt } = channel.rollout;
  return rolloutBucket(installId, salt) < percent * (BUCKETS / 100) ? channel.manifest : channel.previous;
}
