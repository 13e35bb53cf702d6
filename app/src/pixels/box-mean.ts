// The last step to the tensor, ours on every platform (docs/contracts.md, Image to tensor, step 4).

/**
 * Halves a picture by the mean of each 2x2 block, rounded half up.
 * @param rgb uint8, shape (2 * resolution, 2 * resolution, 3)
 * @returns uint8, shape (resolution, resolution, 3)
 */
export function boxMean(rgb: Uint8Array, resolution: number): Uint8Array {
  const stride = 2 * resolution * 3;
  if (rgb.length !== 2 * resolution * stride) {
    throw new RangeError(`expected ${2 * resolution * stride} bytes, got ${rgb.length}`);
  }
  const tensor = new Uint8Array(resolution * resolution * 3);
  let at = 0;
  for (let y = 0; y < resolution; y++) {
    for (let x = 0; x < resolution; x++) {
      const block = 2 * y * stride + 6 * x;
      for (let i = block; i < block + 3; i++) {
        tensor[at++] =
          (byte(rgb, i) + byte(rgb, i + 3) + byte(rgb, i + stride) + byte(rgb, i + stride + 3) + 2) >> 2;
      }
    }
  }
  return tensor;
}

function byte(bytes: Uint8Array, index: number): number {
  return bytes[index] ?? 0;
}
