// Shrinks a picture with a bilinear filter that widens with the scale, so that nothing aliases: what Pillow's `resize` does,
// with the same 22-bit fixed-point weights and the same rounding after each pass, and so the same bytes.
// Source: Pillow, src/libImaging/Resample.c, `precompute_coeffs`, `normalize_coeffs_8bpc`.

const PRECISION_BITS = 22;
const HALF = 1 << (PRECISION_BITS - 1);
/** Rows that are asked for at a time: a 48-megapixel photo never lies in memory as a whole a second time. */
export const BAND_ROWS = 256;

/** Hands out `count` rows from row `top` on, as uint8 RGBA of shape (count, side, 4); alpha is not looked at. */
export type ReadRows = (top: number, count: number) => Uint8Array | Uint8ClampedArray;

/** For each output position: where its input begins, how many inputs it reads, and their weights, `taps` apart. */
type Weights = {
  readonly taps: number;
  readonly starts: Int32Array;
  readonly counts: Int32Array;
  readonly values: Int32Array;
};

/**
 * Resamples a square picture of `side` pixels.
 * @returns uint8 RGB, shape (target, target, 3)
 */
export function resample(readRows: ReadRows, side: number, target: number): Uint8Array {
  const weights = bilinearWeights(side, target);
  const narrow = new Uint8Array(side * target * 3);
  for (let top = 0; top < side; top += BAND_ROWS) {
    const count = Math.min(BAND_ROWS, side - top);
    const band = readRows(top, count);
    if (band.length !== count * side * 4) {
      throw new RangeError(`expected ${count * side * 4} bytes, got ${band.length}`);
    }
    narrowRows(band, side, weights, narrow.subarray(top * target * 3, (top + count) * target * 3));
  }
  return shortenColumns(narrow, target, weights);
}

function bilinearWeights(side: number, target: number): Weights {
  const scale = side / target;
  const reach = Math.max(scale, 1);
  const taps = Math.ceil(reach) * 2 + 1;
  const starts = new Int32Array(target);
  const counts = new Int32Array(target);
  const values = new Int32Array(target * taps);
  for (let position = 0; position < target; position++) {
    const centre = (position + 0.5) * scale;
    const start = Math.max(0, Math.trunc(centre - reach + 0.5));
    const count = Math.min(side, Math.trunc(centre + reach + 0.5)) - start;
    const triangle = Array.from({ length: count }, (_, tap) =>
      Math.max(0, 1 - Math.abs((start + tap - centre + 0.5) / reach)),
    );
    const total = triangle.reduce((sum, value) => sum + value, 0);
    starts[position] = start;
    counts[position] = count;
    values.set(
      triangle.map((value) => Math.trunc(0.5 + (value / total) * (1 << PRECISION_BITS))),
      position * taps,
    );
  }
  return { taps, starts, counts, values };
}

/** From RGBA rows of `side` pixels to RGB rows of as many pixels as there are weights. */
function narrowRows(
  rgba: Uint8Array | Uint8ClampedArray,
  side: number,
  { taps, starts, counts, values }: Weights,
  out: Uint8Array,
): void {
  let to = 0;
  for (let row = 0; row < rgba.length; row += side * 4) {
    for (let x = 0; x < starts.length; x++) {
      let red = HALF;
      let green = HALF;
      let blue = HALF;
      let from = row + (starts[x] ?? 0) * 4;
      const first = x * taps;
      const last = first + (counts[x] ?? 0);
      for (let tap = first; tap < last; tap++, from += 4) {
        const weight = values[tap] ?? 0;
        red += (rgba[from] ?? 0) * weight;
        green += (rgba[from + 1] ?? 0) * weight;
        blue += (rgba[from + 2] ?? 0) * weight;
      }
      out[to++] = red >> PRECISION_BITS;
      out[to++] = green >> PRECISION_BITS;
      out[to++] = blue >> PRECISION_BITS;
    }
  }
}

/** From RGB, shape (side, target, 3), to shape (target, target, 3). */
function shortenColumns(
  rgb: Uint8Array,
  target: number,
  { taps, starts, counts, values }: Weights,
): Uint8Array {
  const stride = target * 3;
  const out = new Uint8Array(target * stride);
  const sums = new Int32Array(stride);
  for (let y = 0; y < target; y++) {
    sums.fill(HALF);
    const count = counts[y] ?? 0;
    for (let tap = 0; tap < count; tap++) {
      const weight = values[y * taps + tap] ?? 0;
      const row = ((starts[y] ?? 0) + tap) * stride;
      for (let i = 0; i < stride; i++) {
        sums[i] = (sums[i] ?? 0) + (rgb[row + i] ?? 0) * weight;
      }
    }
    for (let i = 0; i < stride; i++) {
      out[y * stride + i] = (sums[i] ?? 0) >> PRECISION_BITS;
    }
  }
  return out;
}
