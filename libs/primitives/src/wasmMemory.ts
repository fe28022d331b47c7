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
    module.HEAPU8.fill(0, address, address + length);
    release(address);
  };
}

/** Of the chunk that `_malloc` gives, before its address. */
const chunkHeader = 8;
/** More than any function of libsodium needs (X-Wing: 22 KiB, measured by the spec), half of what the stack has. */
export const deepestStack = 32 * 1024;

/** The address below which the stack of the C code grows down: the heap begins there. */
export function stackTop(module: WasmModule): number {
  const address = module._malloc(1);
  module._free(address);
  return address - chunkHeader;
}

/**
 * Overwrites what C functions left on their stack, for those of libsodium that don't clean up (1.0.22: X-Wing leaves the
 * shared secret behind, Argon2id the key). Between calls nothing on the stack is in use.
 */
export function wipeStack(module: WasmModule, top: number): void {
  module.HEAPU8.fill(0, top - deepestStack, top);
}
