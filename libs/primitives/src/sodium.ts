import library from 'libsodium-wrappers-sumo';

import { PrimitivesError } from './errors.js';
import { stackTop, wipeFreedBlocks, wipeStack } from './wasmMemory.js';
import type { WasmModule } from './wasmMemory.js';

/** The module that the wrappers wrap, once it is loaded. */
let memory: { readonly wasm: WasmModule; readonly stackTop: number } | undefined;

/** Resolves when the primitives may be used; safe to call many times, about 35 ms the first time. */
export async function ready(): Promise<void> {
  await library.ready;
  if (memory !== undefined) return;
  // The wrappers hand the module out; their types don't say so.
  const { libsodium: wasm } = library as unknown as { readonly libsodium: WasmModule };
  wipeFreedBlocks(wasm);
  memory = { wasm, stackTop: stackTop(wasm) };
}

/** @throws PrimitivesError `NOT_READY` before `ready()` resolved */
export function sodium(): typeof library {
  if (memory === undefined)
    throw new PrimitivesError('NOT_READY', 'await ready() of #primitives before the first operation');
  return library;
}

/** After an operation of libsodium that leaves secrets on its stack. */
export function wipeResidue(): void {
  if (memory !== undefined) wipeStack(memory.wasm, memory.stackTop);
}
