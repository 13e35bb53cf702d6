// Ed25519 signatures in JavaScript, the same on every platform, to the letter of RFC 8032 as the signer's library has it.
import { ed25519 } from '@noble/curves/ed25519.js';

/**
 * Whether a key, 32 bytes, signed the message so. Points that are not canonical and keys of small order are refused, which ZIP 215
 * accepts and browsers' own WebCrypto leaves open. Takes tens of milliseconds: never in a thread that draws.
 */
export function verifyEd25519(signature: Uint8Array, message: Uint8Array, key: Uint8Array): boolean {
  try {
    return ed25519.verify(signature, message, key, { zip215: false });
  } catch {
    return false;
  }
}
