// The channel document: which model phones should have now, and for how long that statement holds.
import * as v from 'valibot';

import { failed, ok, type Result } from '../result';
import { openEnvelope, parseJson, type VerifySignature } from './dsse';
import { refusal, type Refusal } from './reasons';
import type { Keys } from './trusted-keys';
import { Version } from './versions';

export const CHANNEL_TYPE = 'application/vnd.deepdog.channel+json';

const ManifestReference = v.object({
  version: Version,
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const Instant = v.pipe(
  v.string(),
  v.check((text) => !Number.isNaN(Date.parse(text)), 'not a date-time'),
);

// Fields that a later schema adds are let through; one that changes the meaning of these must raise schema_version.
const Channel = v.object({
  schema_version: v.literal(1),
  channel: v.string(),
  sequence: v.pipe(v.number(), v.safeInteger(), v.minValue(1)),
  manifest: ManifestReference,
  previous: v.nullable(ManifestReference),
  rollout: v.object({
    percent: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(100)),
    salt: v.pipe(v.string(), v.regex(/^[0-9a-f]{32}$/)),
  }),
  min_app_version: Version,
  issued_at: Instant,
  expires_at: Instant,
});

export type Channel = v.InferOutput<typeof Channel>;
export type ManifestReference = v.InferOutput<typeof ManifestReference>;

/** Opens a channel document and checks that it is authentic, the one asked for, fresh, and no step back. */
export async function verifyChannel(
  bytes: Uint8Array,
  expected: { keys: Keys; name: string; now: number; highestSequence: number },
  verify: VerifySignature,
): Promise<Result<Channel, Refusal>> {
  const payload = await openEnvelope(bytes, CHANNEL_TYPE, expected.keys, verify);
  if (!payload.ok) {
    return payload;
  }
  let channel: Channel;
  try {
    channel = v.parse(Channel, parseJson(payload.value));
  } catch (error) {
    return failed(refusal('bad_envelope', `not a channel document: ${String(error)}`));
  }
  if (channel.channel !== expected.name) {
    return failed(refusal('wrong_channel', `asked for ${expected.name}, got ${channel.channel}`));
  }
  if (expected.now >= Date.parse(channel.expires_at)) {
    return failed(refusal('expired', `sequence ${channel.sequence} expired at ${channel.expires_at}`));
  }
  if (channel.sequence < expected.highestSequence) {
    const detail = `sequence ${channel.sequence} is below ${expected.highestSequence}, seen before`;
    return failed(refusal('old_sequence', detail));
  }
  return ok(channel);
}
