// Random bytes in the browser, from its secure source; pages that are no secure context have it, too.

export function randomBytes(length: number): Uint8Array {
  return crypto.getRandomValues(new Uint8Array(length));
}
