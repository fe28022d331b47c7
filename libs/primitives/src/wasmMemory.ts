import { wipe } from './bytes.js';

/** What libsodium's WebAssembly module shows of its memory. */
export interface WasmModule {
  /** Another view after the memory has grown. */
  readonly HEAPU8: Uint8Array;
  _malloc(length: number): number;
  _free(address: number): void;
}

/**
 * libsodium's wrappers copy arguments and results through the module's heap and free them as they are, so that keys
 * would stay there until something else is written over them. From here on every block is overwritten when it is freed.
 */
export function wipeFreedBlocks(module: WasmModule): void {
  const allocate = module._malloc.bind(module);
  const release = module._free.bind(module);
  const lengths = new Map<number, number>();
  module._malloc = (length) => {
    const address = allocate(length);
    lengths.set(address, length);
    return address;
  };
  module._free = (address) => {
    const length = lengths.get(address) ?? 0;
    lengths.delete(address);
    wipe(module.HEAPU8.subarray(address, address + length));
    release(address);
  };
}

/** The first address of the heap; below it lie the constants and the stack of the C code. */
export function heapStart(module: WasmModule): number {
  const address = module._malloc(1);
  module._free(address);
  return address;
}

/**
 * Overwrites what a C function left of `secret` on its stack, for those of libsodium that don't clean up (1.0.22:
 * X-Wing leaves the shared secret behind, Argon2id the key).
 */
export function wipeFromStack(module: WasmModule, end: number, secret: Uint8Array): void {
  const stack = module.HEAPU8.subarray(0, end);
  const [first = 0] = secret;
  for (let at = stack.indexOf(first); at >= 0; at = stack.indexOf(first, at + 1)) {
    const found = stack.subarray(at, at + secret.length);
    if (found.every((byte, i) => byte === secret[i])) wipe(found);
  }
}
