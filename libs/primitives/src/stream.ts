import { concatBytes, wipe } from './bytes.js';
import { PrimitivesError, requireLength } from './errors.js';
import { nodeCrypto, plain } from './platform.js';
import { randomBytes } from './random.js';
import { sodium } from './sodium.js';

/**
 * libsodium's secretstream (XChaCha20-Poly1305): a sequence of chunks under one key that can't be reordered, cut or joined
 * unnoticed. Written out here because its state has to survive the program, which libsodium's own keeps out of reach:
 * a transfer goes on after a crash where it was. Same bytes as libsodium's, which the spec compares, for chunks whose
 * length is a multiple of 16; for others its MAC differs from RFC 8439's by a padding, and they are refused.
 */

interface NodeCiphers {
  createCipheriv(cipher: string, key: Uint8Array, nonce: Uint8Array, options?: TagLength): NodeCipher;
  createDecipheriv(cipher: string, key: Uint8Array, nonce: Uint8Array, options: TagLength): NodeDecipher;
}

interface TagLength {
  readonly authTagLength: 16;
}

interface NodeCipher {
  update(input: Uint8Array): Uint8Array;
  final(): Uint8Array;
  getAuthTag(): Uint8Array;
}

interface NodeDecipher {
  update(input: Uint8Array): Uint8Array;
  final(): Uint8Array;
  setAuthTag(tag: Uint8Array): unknown;
}

const node = nodeCrypto as NodeCiphers | undefined;

const keyLength = 32;
const headerLength = 24;
const nonceLength = 12;
const counterLength = 4;
const stateLength = keyLength + nonceLength;
const macLength = 16;
const granule = 16;
/** The encrypted tag stands in a block of its own before the chunk; only its first byte travels. */
const blockLength = 64;
const overhead = 1 + macLength;
const tagMessage = 0;
const tagFinal = 3;
const none = new Uint8Array(0);
const tagLength = { authTagLength: macLength } as const;

/** What the next chunk is sealed or opened with: 44 secret bytes. Each state may seal one chunk, and only one. */
export type StreamState = Uint8Array;

export interface BegunStream {
  /** 24 bytes, to be sent before the first chunk. */
  readonly header: Uint8Array;
  readonly state: StreamState;
}

export interface SealedChunk {
  /** 17 bytes longer than the plaintext. */
  readonly ciphertext: Uint8Array;
  readonly state: StreamState;
}

export interface OpenedChunk {
  readonly plaintext: Uint8Array;
  /** Nothing may follow. A stream that ends without such a chunk was cut off. */
  readonly isLast: boolean;
  readonly state: StreamState;
}

/** A new stream under a 32-byte key. */
export function beginStream(key: Uint8Array): BegunStream {
  const header = randomBytes(headerLength);
  return { header, state: streamState(key, header) };
}

/** The state before the first chunk of a stream that somebody began. */
export function streamState(key: Uint8Array, header: Uint8Array): StreamState {
  requireLength(key, keyLength, 'the key');
  requireLength(header, headerLength, 'the header');
  const subkey = sodium().crypto_core_hchacha20(header.subarray(0, 16), key, null);
  const state = concatBytes(subkey, new Uint8Array([1, 0, 0, 0]), header.subarray(16));
  wipe(subkey);
  return state;
}

/**
 * Seals the next chunk, whose length is a multiple of 16. Whoever stores a state and seals from it again after a crash has
 * to seal the same plaintext: another one under the same state gives both away.
 */
export function sealChunk(state: StreamState, plaintext: Uint8Array, isLast: boolean): SealedChunk {
  requireLength(state, stateLength, 'the state');
  requireGranules(plaintext.length);
  const block = new Uint8Array(blockLength);
  block[0] = isLast ? tagFinal : tagMessage;
  const { first, body, mac } = node ? nodeSeal(node, state, block, plaintext) : sodiumSeal(state, block, plaintext);
  const ciphertext = new Uint8Array(plaintext.length + overhead);
  ciphertext[0] = first;
  ciphertext.set(body, 1);
  ciphertext.set(mac, 1 + body.length);
  return { ciphertext, state: next(state, mac) };
}

/** @throws PrimitivesError `DECRYPTION_FAILED` for anything but the very next chunk of the stream */
export function openChunk(state: StreamState, ciphertext: Uint8Array): OpenedChunk {
  requireLength(state, stateLength, 'the state');
  if (ciphertext.length < overhead || (ciphertext.length - overhead) % granule !== 0) throw failed();
  const block = keystreamBlock(state);
  block[0] = ciphertext[0] ?? 0;
  const body = ciphertext.subarray(1, ciphertext.length - macLength);
  const mac = ciphertext.subarray(ciphertext.length - macLength);
  const { tag, plaintext } = node ? nodeOpen(node, state, block, body, mac) : sodiumOpen(state, block, body, mac);
  if (tag !== tagMessage && tag !== tagFinal) throw failed();
  return { plaintext, isLast: tag === tagFinal, state: next(state, mac) };
}

const keyOf = (state: StreamState): Uint8Array => state.subarray(0, keyLength);
const nonceOf = (state: StreamState): Uint8Array => state.subarray(keyLength);

/** The counter goes on by one, the rest of the nonce takes up the MAC: so each chunk depends on all before it. */
function next(state: StreamState, mac: Uint8Array): StreamState {
  const after = state.slice();
  const nonce = nonceOf(after);
  const view = new DataView(nonce.buffer, nonce.byteOffset, counterLength);
  const counter = view.getUint32(0, true) + 1;
  if (counter > 0xffffffff) throw new PrimitivesError('INVALID_LENGTH', 'the stream has too many chunks');
  view.setUint32(0, counter, true);
  for (let i = counterLength; i < nonceLength; i++) nonce[i] = (nonce[i] ?? 0) ^ (mac[i - counterLength] ?? 0);
  return after;
}

function requireGranules(length: number): void {
  if (length % granule === 0) return;
  throw new PrimitivesError('INVALID_LENGTH', 'the length of a chunk has to be a multiple of 16');
}

interface Parts {
  readonly first: number;
  readonly body: Uint8Array;
  readonly mac: Uint8Array;
}

function nodeSeal(ciphers: NodeCiphers, state: StreamState, block: Uint8Array, plaintext: Uint8Array): Parts {
  const cipher = ciphers.createCipheriv('chacha20-poly1305', keyOf(state), nonceOf(state), tagLength);
  const first = cipher.update(block)[0] ?? 0;
  const body = cipher.update(plaintext);
  cipher.final();
  return { first, body, mac: cipher.getAuthTag() };
}

function sodiumSeal(state: StreamState, block: Uint8Array, plaintext: Uint8Array): Parts {
  const whole = concatBytes(block, plaintext);
  const sealed = sodium().crypto_aead_chacha20poly1305_ietf_encrypt(whole, none, null, nonceOf(state), keyOf(state));
  wipe(whole);
  const end = sealed.length - macLength;
  return { first: sealed[0] ?? 0, body: sealed.subarray(blockLength, end), mac: sealed.subarray(end) };
}

interface Opened {
  readonly tag: number | undefined;
  readonly plaintext: Uint8Array;
}

/** No plaintext leaves before `final` has checked the MAC. */
function nodeOpen(
  ciphers: NodeCiphers,
  state: StreamState,
  block: Uint8Array,
  body: Uint8Array,
  mac: Uint8Array,
): Opened {
  const decipher = ciphers.createDecipheriv('chacha20-poly1305', keyOf(state), nonceOf(state), tagLength);
  decipher.setAuthTag(mac);
  const tag = decipher.update(block)[0];
  const plaintext = plain(decipher.update(body));
  try {
    decipher.final();
    return { tag, plaintext };
  } catch {
    wipe(plaintext);
    throw failed();
  }
}

function sodiumOpen(state: StreamState, block: Uint8Array, body: Uint8Array, mac: Uint8Array): Opened {
  const sealed = concatBytes(block, body, mac);
  try {
    const decrypt = sodium().crypto_aead_chacha20poly1305_ietf_decrypt;
    const whole = decrypt(null, sealed, none, nonceOf(state), keyOf(state));
    return { tag: whole[0], plaintext: whole.subarray(blockLength) };
  } catch {
    throw failed();
  }
}

/** The 64 bytes that the tag's block is encrypted with: block 1 of the ChaCha20 stream, block 0 being the MAC's key. */
function keystreamBlock(state: StreamState): Uint8Array {
  const zeros = new Uint8Array(blockLength);
  return sodium().crypto_stream_chacha20_ietf_xor_ic(zeros, nonceOf(state), 1, keyOf(state));
}

function failed(): PrimitivesError {
  return new PrimitivesError('DECRYPTION_FAILED', 'the chunk does not authenticate');
}
