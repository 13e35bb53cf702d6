// Tells HEIC photos by their first bytes, so that a browser that cannot read them can say so.
// Source: ISO/IEC 14496-12 (the `ftyp` box) and 23008-12 (its brands).

/** How many bytes `isHeic` looks at. */
export const HEIC_HEAD_BYTES = 32;

const BRANDS = ['heic', 'heix', 'heim', 'heis', 'hevc', 'hevx', 'mif1', 'msf1'];

/** Whether a file that starts with `head` is a HEIF picture compressed with HEVC, which iPhones call HEIC. */
export function isHeic(head: Uint8Array): boolean {
  const text = String.fromCharCode(...head.subarray(0, HEIC_HEAD_BYTES));
  // AVIF is the same container with another codec, and may name `mif1` as well.
  return text.slice(4, 8) === 'ftyp' && BRANDS.includes(text.slice(8, 12)) && !text.includes('avif');
}
