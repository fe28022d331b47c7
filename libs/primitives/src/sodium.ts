import library from 'libsodium-wrappers-sumo';

import { PrimitivesError } from './errors.js';

let loaded = false;

/** Resolves when the primitives may be used; safe to call many times, about 35 ms the first time. */
export async function ready(): Promise<void> {
  await library.ready;
  loaded = true;
}

/** @throws PrimitivesError `NOT_READY` before `ready()` resolved */
export function sodium(): typeof library {
  if (!loaded) throw new PrimitivesError('NOT_READY', 'await ready() of #primitives before the first operation');
  return library;
}
