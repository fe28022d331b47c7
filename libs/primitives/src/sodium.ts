import library from 'libsodium-wrappers-sumo';

import { PrimitivesError } from './errors.js';
import { heapStart, wipeFreedBlocks, wipeFromStack } from './wasmMemory.js';
import type { WasmModule } from './wasmMemory.js';

/** The module that the wrappers wrap, once it is loaded. */
let memory: { readonly wasm: WasmModule; readonly stackEnd: number } | undefined;

/** Resolves when the primitives may be used; safe to call many times, about 35 ms the first time. */
export async function ready(): Promise<void> {
  await library.ready;
  if (memory !== undefined) return;
  // The wrappers hand the module out; their types don't say so.
  const { libsodium: wasm } = library as unknown as { readonly libsodium: WasmModule };
  wipeFreedBlocks(wasm);
  memory = { wasm, stackEnd: heapStart(wasm) };
}

/** @throws PrimitivesError `NOT_READY` before `ready()` resolved */
export function sodium(): typeof library {
  if (memory === undefined)
    throw new PrimitivesError('NOT_READY', 'await ready() of #primitives before the first operation');
  return library;
}

/** After an operation of libsodium that leaves its secret result on the stack. */
export function wipeResidue(secret: Uint8Array): void {
  if (memory !== undefined) wipeFromStack(memory.wasm, memory.stackEnd, secret);
}
