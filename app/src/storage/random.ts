// Random bytes and identifiers, from the platform's secure source; works on pages that are no secure context, too.
import { getRandomValues } from 'expo-crypto';
import { v4 } from 'uuid';

export function randomBytes(length: number): Uint8Array {
  return getRandomValues(new Uint8Array(length));
}

/** A random (version 4) UUID, lower case. */
export function randomUuid(): string {
  return v4({ random: randomBytes(16) });
}
