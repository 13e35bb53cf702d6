// Signatures that lax verifiers let through are refused: by the phone as by Python's library, and whichever thread checks them.
import { ed25519 } from '@noble/curves/ed25519.js';
import { bytesToNumberLE, hexToBytes, numberToBytesLE } from '@noble/curves/utils.js';
import { utf8ToBytes } from '@noble/hashes/utils.js';

import { verifyEd25519 } from './ed25519';

const message = utf8ToBytes('hotdog');
const { secretKey, publicKey } = ed25519.keygen();
const signature = ed25519.sign(message, secretKey);

test('a right one is accepted; over another message, shortened or under a malformed key it is not', () => {
  expect(verifyEd25519(signature, message, publicKey)).toBe(true);
  expect(verifyEd25519(signature, utf8ToBytes('burger'), publicKey)).toBe(false);
  expect(verifyEd25519(signature.subarray(1), message, publicKey)).toBe(false);
  expect(verifyEd25519(signature, message, publicKey.subarray(1))).toBe(false);
});

test('the same signature with the group’s order added to S is another spelling of it, and refused', () => {
  const s = bytesToNumberLE(signature.subarray(32)) + ed25519.Point.Fn.ORDER;
  const respelt = new Uint8Array([...signature.subarray(0, 32), ...numberToBytesLE(s, 32)]);
  expect(verifyEd25519(respelt, message, publicKey)).toBe(false);
});

test.each([
  '0100000000000000000000000000000000000000000000000000000000000000',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  '0000000000000000000000000000000000000000000000000000000000000000',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
])('a key of small order, which signs everything, is refused: %s', (key) => {
  const everything = new Uint8Array(64);
  everything[0] = 1; // R is the neutral point, S is 0
  expect(verifyEd25519(everything, message, hexToBytes(key))).toBe(false);
});
