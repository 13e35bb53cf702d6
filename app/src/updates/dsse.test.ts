// Signed envelopes: what Python signs is accepted here, and nothing else is.
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import { base64 } from '@scure/base';

import golden from '../../../tests/golden/contracts.json';
import { openEnvelope, preAuthenticationEncoding } from './dsse';
import { verifySignature } from './verify-signature.native';
import { json, makeKey, sign } from './testing/publisher';
import { keyId } from './trusted-keys';

const TYPE = 'application/example+json';
const payload = utf8ToBytes('{"a": 1}');
const key = makeKey();
const keys = new Map([[key.id, key.publicKey]]);

async function refusalOf(envelope: Uint8Array): Promise<string | undefined> {
  const opened = await openEnvelope(envelope, TYPE, keys, verifySignature);
  return opened.ok ? undefined : opened.error.code;
}

describe.each(golden.dsse)('signed by Python: $payload_type', (example) => {
  const publicKey = base64.decode(example.public_key);
  const bytes = utf8ToBytes(example.payload);

  test('same key id, same encoding, same signature', () => {
    expect(keyId(publicKey)).toBe(example.keyid);
    expect(base64.encode(preAuthenticationEncoding(example.payload_type, bytes))).toBe(
      example.pre_authentication_encoding,
    );
    const pair = { id: example.keyid, publicKey, secretKey: hexToBytes(example.private_key) };
    const envelope = JSON.parse(Buffer.from(sign(example.payload_type, bytes, pair)).toString()) as {
      signatures: { sig: string }[];
    };
    expect(envelope.signatures[0]?.sig).toBe(example.signature);
  });

  test('opens', async () => {
    const envelope = json({
      payloadType: example.payload_type,
      payload: base64.encode(bytes),
      signatures: [{ keyid: example.keyid, sig: example.signature }],
    });
    const trusted = new Map([[example.keyid, publicKey]]);
    const opened = await openEnvelope(envelope, example.payload_type, trusted, verifySignature);
    expect(opened).toEqual({ ok: true, value: bytes });
  });
});

test('one trusted signature among others is enough', async () => {
  const ours = JSON.parse(Buffer.from(sign(TYPE, payload, key)).toString()) as { signatures: unknown[] };
  const signatures = [{ keyid: 'f'.repeat(16), sig: 'AAAA' }, ...ours.signatures];
  expect(await refusalOf(json({ ...ours, signatures }))).toBeUndefined();
});

test('a signature over another payload or by another key under our key’s id is refused', async () => {
  const ours = JSON.parse(Buffer.from(sign(TYPE, payload, key)).toString()) as object;
  expect(await refusalOf(json({ ...ours, payload: base64.encode(utf8ToBytes('{"a": 2}')) }))).toBe(
    'bad_signature',
  );
  expect(await refusalOf(sign(TYPE, payload, { ...makeKey(), id: key.id }))).toBe('bad_signature');
  expect(await refusalOf(json({ ...ours, signatures: [{ keyid: key.id, sig: '' }] }))).toBe('bad_signature');
});

test('a key that is not trusted is refused', async () => {
  expect(await refusalOf(sign(TYPE, payload, makeKey()))).toBe('unknown_key');
});

test('an envelope for another purpose is refused, however well signed', async () => {
  expect(await refusalOf(sign('application/other+json', payload, key))).toBe('bad_envelope');
});

test.each([
  '',
  'x',
  '[]',
  '{}',
  '{"payloadType": "application/example+json", "payload": "!", "signatures": []}',
])('%j is no envelope', async (text) => {
  expect(await refusalOf(utf8ToBytes(text))).toBe('bad_envelope');
});
