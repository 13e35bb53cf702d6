// Random bytes on phones, from the system's secure source.
import { getRandomValues } from 'expo-crypto';

export function randomBytes(length: number): Uint8Array {
  return getRandomValues(new Uint8Array(length));
}
