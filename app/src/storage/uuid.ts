// Random identifiers. `crypto.randomUUID` is missing on phones and on pages that are no secure context.
import { v4 } from 'uuid';

import { randomBytes } from './random';

/** A random (version 4) UUID, lower case. */
export function randomUuid(): string {
  return v4({ random: randomBytes(16) });
}
