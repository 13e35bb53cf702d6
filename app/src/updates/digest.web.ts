// SHA-256 of model files in the browser: natively where the page is a secure context, in JavaScript on plain http.
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';

/** Lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  const subtle = (globalThis.crypto as Partial<Crypto>).subtle;
  return bytesToHex(subtle ? new Uint8Array(await subtle.digest('SHA-256', bytes.slice())) : sha256(bytes));
}
