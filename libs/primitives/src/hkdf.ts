import { concatBytes, wipe } from './bytes.js';
import { PrimitivesError } from './errors.js';
import { nodeCrypto, plain } from './platform.js';
import { sodium } from './sodium.js';

interface NodeHmac {
  createHmac(algorithm: 'sha256', key: Uint8Array): NodeMac;
}

interface NodeMac {
  update(message: Uint8Array): NodeMac;
  digest(): Uint8Array;
}

const node = nodeCrypto as NodeHmac | undefined;
/** Up to here libsodium's HMAC is the faster one, since a call of Node's costs more than its hashing. */
const longMessage = 512;

const hashLength = 32;
const longestOutput = 255 * hashLength;

/** HMAC-SHA-256 (RFC 2104) with a key of any length: 32 bytes. */
export function hmacSha256(key: Uint8Array, message: Uint8Array): Uint8Array {
  const library = sodium();
  if (node !== undefined && message.length >= longMessage) {
    return plain(node.createHmac('sha256', key).update(message).digest());
  }
  if (key.length === hashLength) return library.crypto_auth_hmacsha256(message, key);
  const state = library.crypto_auth_hmacsha256_init(key);
  library.crypto_auth_hmacsha256_update(state, message);
  return library.crypto_auth_hmacsha256_final(state);
}

/** HKDF-Extract (RFC 5869 section 2.2); an empty salt means 32 zero bytes. */
export function hkdfExtract(salt: Uint8Array, ikm: Uint8Array): Uint8Array {
  return hmacSha256(salt.length === 0 ? new Uint8Array(hashLength) : salt, ikm);
}

/** HKDF-Expand (RFC 5869 section 2.3). @throws PrimitivesError `INVALID_LENGTH` above 8160 bytes */
export function hkdfExpand(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  if (length > longestOutput) throw new PrimitivesError('INVALID_LENGTH', 'HKDF gives at most 8160 bytes');
  if (length <= hashLength) return firstBlock(prk, info, length);
  const output = new Uint8Array(length);
  let block: Uint8Array = new Uint8Array(0);
  for (let offset = 0, counter = 1; offset < length; offset += hashLength, counter++) {
    const next = hmacSha256(prk, concatBytes(block, info, Uint8Array.of(counter)));
    wipe(block);
    block = next;
    output.set(block.subarray(0, length - offset), offset);
  }
  wipe(block);
  return output;
}

function firstBlock(prk: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const input = new Uint8Array(info.length + 1);
  input.set(info);
  input[info.length] = 1;
  const block = hmacSha256(prk, input);
  if (length === hashLength) return block;
  const output = block.slice(0, length);
  wipe(block);
  return output;
}

/** HKDF-SHA-256: extract and expand in one step (RFC 5869). `length` in bytes, at most 8160. */
export function hkdfSha256(ikm: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  const prk = hkdfExtract(salt, ikm);
  const output = hkdfExpand(prk, info, length);
  wipe(prk);
  return output;
}
