import { equalBytes } from '#primitives';

import { encodeWith } from './codec.js';
import { expandWithLabel, extract, wipeAll } from './derivation.js';
import { encodePreSharedKeyId } from './preSharedKey.js';
import type { PreSharedKeyId } from './preSharedKey.js';
import { broken } from './rules.js';
import { hashLength } from './suite.js';

/** Finds the key that an id names; undefined if the client does not have it. */
export type PskLookup = (id: PreSharedKeyId) => Uint8Array | undefined;

export interface ExternalPsk {
  readonly id: Uint8Array;
  readonly secret: Uint8Array;
}

/** A lookup over external keys that the application supplied. */
export const externalPskLookup =
  (psks: readonly ExternalPsk[]): PskLookup =>
  (wanted) =>
    wanted.kind === 'external' ? psks.find(({ id }) => equalBytes(id, wanted.id))?.secret : undefined;

/** psk_secret (RFC 9420 section 8.4); all zeros for no keys. @throws MlsError `UNKNOWN_PSK` */
export function pskSecret(ids: readonly PreSharedKeyId[], lookup: PskLookup): Uint8Array {
  const zeros = new Uint8Array(hashLength);
  let chained: Uint8Array = new Uint8Array(hashLength);
  for (const [index, id] of ids.entries()) {
    const psk = lookup(id);
    if (psk === undefined) throw broken('valn080401');
    const extracted = extract(zeros, psk);
    const input = expandWithLabel(extracted, 'derived psk', pskLabel(id, index, ids.length), hashLength);
    const next = extract(input, chained);
    wipeAll(extracted, input, chained);
    chained = next;
  }
  return chained;
}

function pskLabel(psk: PreSharedKeyId, index: number, count: number): Uint8Array {
  return encodeWith((writer, id) => {
    encodePreSharedKeyId(writer, id);
    writer.uint16(index);
    writer.uint16(count);
  }, psk);
}
