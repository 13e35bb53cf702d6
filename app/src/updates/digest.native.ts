// SHA-256 of model files on phones, natively: in JavaScript it takes seconds there.
import { bytesToHex } from '@noble/hashes/utils.js';
import { CryptoDigestAlgorithm, digest } from 'expo-crypto';

/** Lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  return bytesToHex(new Uint8Array(await digest(CryptoDigestAlgorithm.SHA256, bytes.slice())));
}
