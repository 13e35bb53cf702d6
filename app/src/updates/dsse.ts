// Dead Simple Signing Envelopes with Ed25519 (https://github.com/secure-systems-lab/dsse, protocol version 1).
import { concatBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';
import * as v from 'valibot';

import { failed, ok, type Result } from '../result';
import { refusal, type Refusal } from './reasons';
import type { Keys } from './trusted-keys';

/** Whether a key signed a message so; a signature or key that is malformed verifies nothing. */
export type VerifySignature = (
  signature: Uint8Array,
  message: Uint8Array,
  key: Uint8Array,
) => Promise<boolean>;

const Envelope = v.object({
  payloadType: v.string(),
  payload: v.string(),
  signatures: v.pipe(
    v.array(v.object({ keyid: v.string(), sig: v.string() })),
    v.minLength(1),
    v.maxLength(8), // each costs a verification
  ),
});

/** The bytes that are signed: `DSSEv1 SP len(type) SP type SP len(payload) SP payload`, lengths in bytes. */
export function preAuthenticationEncoding(payloadType: string, payload: Uint8Array): Uint8Array {
  const type = utf8ToBytes(payloadType);
  return concatBytes(
    utf8ToBytes(`DSSEv1 ${type.length} `),
    type,
    utf8ToBytes(` ${payload.length} `),
    payload,
  );
}

/** Returns the payload of an envelope of the given type that one of the keys has signed. */
export async function openEnvelope(
  bytes: Uint8Array,
  payloadType: string,
  keys: Keys,
  verify: VerifySignature,
): Promise<Result<Uint8Array, Refusal>> {
  let envelope: v.InferOutput<typeof Envelope>;
  let payload: Uint8Array;
  try {
    envelope = v.parse(Envelope, parseJson(bytes));
    payload = base64.decode(envelope.payload);
  } catch (error) {
    return failed(refusal('bad_envelope', `not a signed envelope: ${String(error)}`));
  }
  if (envelope.payloadType !== payloadType) {
    return failed(refusal('bad_envelope', `payload type is ${envelope.payloadType}, not ${payloadType}`));
  }
  const message = preAuthenticationEncoding(payloadType, payload);
  const ours = envelope.signatures.filter(({ keyid }) => keys.has(keyid));
  if (ours.length === 0) {
    const ids = envelope.signatures.map(({ keyid }) => keyid).join(', ');
    return failed(refusal('unknown_key', `signed by ${ids}; trusted are ${[...keys.keys()].join(', ')}`));
  }
  for (const { keyid, sig } of ours) {
    const [signature, key] = [decoded(sig), keys.get(keyid)];
    if (signature !== null && key !== undefined && (await verify(signature, message, key))) {
      return ok(payload);
    }
  }
  return failed(
    refusal('bad_signature', `no valid signature by ${ours.map(({ keyid }) => keyid).join(', ')}`),
  );
}

/** Parses UTF-8 JSON; throws on anything else. */
export function parseJson(bytes: Uint8Array): unknown {
  return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
}

function decoded(signature: string): Uint8Array | null {
  try {
    return base64.decode(signature);
  } catch {
    return null;
  }
}
