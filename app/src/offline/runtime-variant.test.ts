// The stored runtime is the one that LiteRT will ask for.
import { setFlagsFromString } from 'node:v8';

import { RUNTIME, runtimeFor } from './runtime-variant';

test('a browser with relaxed SIMD stores the build that uses it, another the compatible one', () => {
  expect(runtimeFor({ validate: () => true })).toBe('litert_wasm_internal');
  expect(runtimeFor({ validate: () => false })).toBe('litert_wasm_compat_internal');
});

test('the probe is a valid module where there is relaxed SIMD', () => {
  if (runtimeFor(WebAssembly) === 'litert_wasm_compat_internal') {
    setFlagsFromString('--experimental-wasm-relaxed-simd'); // Node 20 has it behind this flag.
  }
  expect(runtimeFor(WebAssembly)).toBe('litert_wasm_internal');
});

test('only the runtime’s own files are told apart', () => {
  expect(RUNTIME.test('/litert/litert_wasm_compat_internal.wasm')).toBe(true);
  expect(RUNTIME.test('/litert/deepdog.worker.js')).toBe(false);
});
