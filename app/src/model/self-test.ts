// The picture made of integers that a model must score as model.json says before it is trusted (docs/contracts.md, Self-test).
const CELLS = 8;

/**
 * Returns the self-test tensor, uint8 of shape (1, resolution, resolution, 3): 8 x 8 cells of colours drawn by xorshift32.
 * Marsaglia 2003, "Xorshift RNGs", section 3, the triple (13, 17, 5).
 */
export function selfTestTensor(seed: number, resolution: number): Uint8Array {
  let state = seed;
  const cells = Uint8Array.from({ length: CELLS * CELLS * 3 }, () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return state >>> 24;
  });
  const tensor = new Uint8Array(resolution * resolution * 3);
  for (let y = 0; y < resolution; y++) {
    const row = Math.floor((y * CELLS) / resolution) * CELLS;
    for (let x = 0; x < resolution; x++) {
      const cell = (row + Math.floor((x * CELLS) / resolution)) * 3;
      tensor.set(cells.subarray(cell, cell + 3), (y * resolution + x) * 3);
    }
  }
  return tensor;
}
