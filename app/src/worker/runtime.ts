// LiteRT.js in the worker: one WebAssembly runtime, any number of models of whatever kind.
import { type CompiledModel, loadAndCompile, loadLiteRt, Tensor } from '@litertjs/core';

const WASM_FOLDER = '/litert/';

let runtime: Promise<unknown> | undefined;
const loaded = new Map<number, CompiledModel>();
let lastHandle = 0;

/** Starts the runtime ahead of the first model, which starts it again if that failed. */
export function start(): void {
  ready().catch(() => undefined);
}

/** Compiles a model for the CPU on one thread, which needs no special headers; returns its handle. */
export async function load(bytes: Uint8Array): Promise<number> {
  await ready();
  const model = await loadAndCompile(bytes, { accelerator: 'wasm' });
  lastHandle += 1;
  loaded.set(lastHandle, model);
  return lastHandle;
}

/** Runs a loaded model on a uint8 tensor, its outputs in the file's order; rejects when the tensor's length is not the model's. */
export async function run(handle: number, pixels: Uint8Array): Promise<Float32Array[]> {
  const model = find(handle);
  const shape = model.getInputDetails()[0]?.shape ?? new Int32Array();
  const length = shape.reduce((product, size) => product * size, 1);
  if (pixels.length !== length) {
    throw new RangeError(`the model reads ${length} bytes, got ${pixels.length}`);
  }
  const input = new Tensor(pixels.slice(), shape);
  try {
    const results = await model.run(input);
    const values = results.map((result) => Float32Array.from(result.toTypedArray(), Number));
    results.forEach((result) => result.delete());
    return values;
  } finally {
    input.delete();
  }
}

export function dispose(handle: number): null {
  find(handle).delete();
  loaded.delete(handle);
  return null;
}

function ready(): Promise<unknown> {
  runtime ??= loadLiteRt(WASM_FOLDER, { threads: false }).catch((error: unknown) => {
    runtime = undefined;
    throw error;
  });
  return runtime;
}

function find(handle: number): CompiledModel {
  const found = loaded.get(handle);
  if (found === undefined) {
    throw new Error(`no model ${handle}: it was disposed of`);
  }
  return found;
}
