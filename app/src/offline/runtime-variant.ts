// Which of LiteRT's two builds a browser runs, so that the other one, nine megabytes, is not stored.

/** The address of any of LiteRT's builds. */
export const RUNTIME = /\/litert_wasm_\w+\.(js|wasm)$/;

/** (module (func (result v128) i8x16.relaxed_swizzle of two splats)): valid only where there is relaxed SIMD. */
const RELAXED_SIMD = Uint8Array.of(
  ...[0, 97, 115, 109, 1, 0, 0, 0], // magic, version
  ...[1, 5, 1, 96, 0, 1, 123], // type: () -> v128
  ...[3, 2, 1, 0], // function 0 of that type
  ...[10, 15, 1, 13, 0, 65, 1, 253, 15, 65, 2, 253, 15, 253, 128, 2, 11], // code
);

/** As LiteRT.js chooses: with relaxed SIMD where the browser has it. */
export function runtimeFor({ validate }: Pick<typeof WebAssembly, 'validate'>): string {
  return validate(RELAXED_SIMD) ? 'litert_wasm_internal' : 'litert_wasm_compat_internal';
}
