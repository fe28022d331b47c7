import { Buffer } from 'node:buffer';

import { ChanceryError } from '#client';
import {
  argon2id,
  beginStream,
  equalBytes,
  hkdfSha256,
  openChunk,
  randomBytes,
  ready,
  sealChunk,
  streamState,
  utf8,
} from '#primitives';
import type { Argon2Cost } from '#primitives';

/**
 * An archive: a line that says what it is, four lengths of settings for Argon2id, a check of the key, then libsodium's secretstream in chunks
 * of 64 KiB. The key is derived from the passphrase and from everything that stands before the stream, so that nothing of it can be changed;
 * chunks can't be reordered, cut or joined unnoticed.
 */
const MAGIC = Buffer.from('chancery backup 1\n');
const SALT_BYTES = 16;
const CHECK_BYTES = 32;
const STREAM_HEADER_BYTES = 24;
const CHUNK_BYTES = 64 * 1024;
/** What a chunk is longer by when it is sealed. */
const OVERHEAD = 17;
const SEALED_BYTES = CHUNK_BYTES + OVERHEAD;
/** secretstream of #primitives takes chunks of whole 16 bytes. */
const GRANULE = 16;
const PASSES = 3;
/** An archive may ask for no more than this, whoever made it. */
const MOST_MEMORY_KIB = 4 * 1024 * 1024;
const SETTINGS_BYTES = MAGIC.length + 8 + SALT_BYTES;
const HEADER_BYTES = SETTINGS_BYTES + CHECK_BYTES + STREAM_HEADER_BYTES;

/** Seals bytes of any length under a passphrase; memory is bounded by some chunks. */
export async function* sealArchive(
  plain: AsyncIterable<Uint8Array>,
  passphrase: string,
  memoryMiB: number,
): AsyncGenerator<Uint8Array> {
  await ready();
  const settings = settingsOf({ memoryKiB: memoryMiB * 1024, passes: PASSES }, randomBytes(SALT_BYTES));
  const { key, check } = keysOf(passphrase, settings);
  const begun = beginStream(key);
  yield Buffer.concat([settings, check, begun.header]);
  let { state } = begun;
  for await (const { bytes, isLast } of chunksOf(plain, CHUNK_BYTES, CHUNK_BYTES - 1)) {
    const sealed = sealChunk(state, isLast ? pad(bytes) : bytes, isLast);
    ({ state } = sealed);
    yield sealed.ciphertext;
  }
}

/** @throws ChanceryError WRONG_PASSPHRASE; BACKUP_DAMAGED for what was changed or cut, or is no archive at all */
export async function* openArchive(archive: AsyncIterable<Uint8Array>, passphrase: string): AsyncGenerator<Uint8Array> {
  await ready();
  const { head, rest } = await split(archive, HEADER_BYTES);
  if (head.length < HEADER_BYTES || !head.subarray(0, MAGIC.length).equals(MAGIC)) throw damaged('This is no backup.');
  const settings = head.subarray(0, SETTINGS_BYTES);
  const { key, check } = keysOf(passphrase, settings);
  if (!equalBytes(check, head.subarray(SETTINGS_BYTES, SETTINGS_BYTES + CHECK_BYTES))) {
    throw new ChanceryError('WRONG_PASSPHRASE', 'The passphrase is not the one of this backup.', {
      field: 'passphrase',
    });
  }
  let state = streamState(key, head.subarray(SETTINGS_BYTES + CHECK_BYTES));
  let isWhole = false;
  for await (const { bytes, isLast } of chunksOf(rest, SEALED_BYTES, SEALED_BYTES)) {
    const opened = openNext(state, bytes);
    if (opened.isLast !== isLast) throw damaged('The backup was cut off, or something was added to it.');
    ({ state } = opened);
    isWhole = opened.isLast;
    yield isLast ? unpad(opened.plaintext) : opened.plaintext;
  }
  if (!isWhole) throw damaged('The backup was cut off.');
}

function openNext(state: Uint8Array, bytes: Uint8Array) {
  try {
    return openChunk(state, bytes);
  } catch {
    throw damaged('The backup was changed or cut off.');
  }
}

function settingsOf({ memoryKiB, passes }: Argon2Cost, salt: Uint8Array): Buffer {
  const cost = Buffer.alloc(8);
  cost.writeUInt32BE(memoryKiB, 0);
  cost.writeUInt32BE(passes, 4);
  return Buffer.concat([MAGIC, cost, salt]);
}

function keysOf(passphrase: string, settings: Buffer): { key: Uint8Array; check: Uint8Array } {
  const memoryKiB = settings.readUInt32BE(MAGIC.length);
  const passes = settings.readUInt32BE(MAGIC.length + 4);
  if (memoryKiB < 8 || memoryKiB > MOST_MEMORY_KIB || passes < 1 || passes > 100) throw damaged('This is no backup.');
  const secret = argon2id(passphrase, settings.subarray(-SALT_BYTES), { memoryKiB, passes });
  return {
    key: hkdfSha256(secret, settings, utf8('chancery backup stream'), 32),
    check: hkdfSha256(secret, settings, utf8('chancery backup check'), CHECK_BYTES),
  };
}

/** One byte and as many zeros as fill the last granule. */
function pad(bytes: Uint8Array): Uint8Array {
  const padded = new Uint8Array(bytes.length + GRANULE - (bytes.length % GRANULE));
  padded.set(bytes);
  padded[bytes.length] = 0x80;
  return padded;
}

function unpad(bytes: Uint8Array): Uint8Array {
  const end = bytes.lastIndexOf(0x80);
  if (end < 0 || bytes.subarray(end + 1).some((byte) => byte !== 0)) throw damaged('The backup was changed.');
  return bytes.subarray(0, end);
}

interface Chunk {
  readonly bytes: Uint8Array;
  readonly isLast: boolean;
}

/** Pieces of equal size, and a last one of at most `most` bytes, be it of none: so nothing at all has an end too. */
async function* chunksOf(pieces: AsyncIterable<Uint8Array>, size: number, most: number): AsyncGenerator<Chunk> {
  let waiting: Uint8Array[] = [];
  let length = 0;
  for await (const piece of pieces) {
    waiting.push(piece);
    length += piece.length;
    if (length <= most) continue;
    let bytes = Buffer.concat(waiting);
    for (; bytes.length > most; bytes = bytes.subarray(size)) yield { bytes: bytes.subarray(0, size), isLast: false };
    [waiting, length] = [[bytes], bytes.length];
  }
  yield { bytes: Buffer.concat(waiting), isLast: true };
}

/** The first bytes, as many as there are, and what follows them. */
async function split(
  pieces: AsyncIterable<Uint8Array>,
  length: number,
): Promise<{ head: Buffer; rest: AsyncIterable<Uint8Array> }> {
  const iterator = pieces[Symbol.asyncIterator]();
  let start = Buffer.alloc(0);
  while (start.length < length) {
    const piece: IteratorResult<Uint8Array, unknown> = await iterator.next();
    if (piece.done === true) break;
    start = Buffer.concat([start, piece.value]);
  }
  return { head: start.subarray(0, length), rest: following(start.subarray(length), iterator) };
}

async function* following(first: Uint8Array, iterator: AsyncIterator<Uint8Array>): AsyncGenerator<Uint8Array> {
  try {
    yield first;
    for (let next = await iterator.next(); next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

function damaged(message: string): ChanceryError {
  return new ChanceryError('BACKUP_DAMAGED', message);
}
