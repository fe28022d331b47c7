import { PrimitivesError, beginStream, openChunk, randomBytes, ready, sealChunk, streamState } from '#primitives';
import library from 'libsodium-wrappers-sumo';

beforeAll(ready);

const LENGTHS = [65_536, 16, 0, 48, 65_536, 1024];

function sealAll(chunks: readonly Uint8Array[], key: Uint8Array): { header: Uint8Array; sealed: Uint8Array[] } {
  const { header, state: first } = beginStream(key);
  let state = first;
  const sealed = chunks.map((chunk, index) => {
    const { ciphertext, state: after } = sealChunk(state, chunk, index === chunks.length - 1);
    state = after;
    return ciphertext;
  });
  return { header, sealed };
}

function codeOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof PrimitivesError ? error.code : String(error);
  }
  return undefined;
}

describe('a stream of chunks', () => {
  const key = new Uint8Array(32).map((_, index) => index);
  const chunks = LENGTHS.map((length) => new Uint8Array(length).map((_, index) => index % 251));

  test("is opened by libsodium's own secretstream", () => {
    const { header, sealed } = sealAll(chunks, key);
    const state = library.crypto_secretstream_xchacha20poly1305_init_pull(header, key);
    const opened = sealed.map((ciphertext) => {
      const pulled = library.crypto_secretstream_xchacha20poly1305_pull(state, ciphertext, null);
      return pulled === false ? undefined : pulled;
    });
    expect(opened.map((pulled) => pulled?.message)).toEqual(chunks);
    expect(opened.map((pulled) => pulled?.tag)).toEqual([0, 0, 0, 0, 0, 3]);
  });

  test("opens what libsodium's own secretstream has sealed", () => {
    const { header, state: own } = library.crypto_secretstream_xchacha20poly1305_init_push(key);
    let state = streamState(key, header);
    chunks.forEach((chunk, index) => {
      const isLast = index === chunks.length - 1;
      const sealed = library.crypto_secretstream_xchacha20poly1305_push(own, chunk, null, isLast ? 3 : 0);
      const opened = openChunk(state, sealed);
      expect([opened.plaintext, opened.isLast]).toEqual([chunk, isLast]);
      state = opened.state;
    });
  });

  test('goes on from a stored state with the same bytes', () => {
    const { header } = beginStream(key);
    const first = sealChunk(streamState(key, header), chunks[0]!, false);
    const stored = first.state.slice();
    expect(sealChunk(stored, chunks[1]!, true)).toEqual(sealChunk(first.state, chunks[1]!, true));
  });

  test('refuses chunks that are changed, left out, doubled, of another stream or under another key', () => {
    const { header, sealed } = sealAll(chunks, key);
    const start = streamState(key, header);
    const open = (state: Uint8Array, ciphertext: Uint8Array) => codeOf(() => openChunk(state, ciphertext));
    for (const at of [0, 1, 40_000, 65_552]) {
      const changed = sealed[0]!.slice();
      changed[at]! ^= 1;
      expect(open(start, changed)).toBe('DECRYPTION_FAILED');
    }
    const { state } = openChunk(start, sealed[0]!);
    expect([open(state, sealed[2]!), open(state, sealed[0]!)]).toEqual(['DECRYPTION_FAILED', 'DECRYPTION_FAILED']);
    expect(open(state, sealAll(chunks, key).sealed[1]!)).toBe('DECRYPTION_FAILED');
    expect(open(streamState(randomBytes(32), header), sealed[0]!)).toBe('DECRYPTION_FAILED');
    expect(open(start, sealed[0]!.subarray(0, 65_537))).toBe('DECRYPTION_FAILED');
    expect(open(start, sealed[0]!.subarray(0, 5))).toBe('DECRYPTION_FAILED');
  });

  test('refuses other tags of secretstream, which nothing here gives', () => {
    const { header, state } = library.crypto_secretstream_xchacha20poly1305_init_push(key);
    const pushed = library.crypto_secretstream_xchacha20poly1305_push(state, chunks[1]!, null, 1);
    expect(codeOf(() => openChunk(streamState(key, header), pushed))).toBe('DECRYPTION_FAILED');
  });

  test('takes no keys, headers, states or chunks of other lengths', () => {
    const { state } = beginStream(key);
    expect(codeOf(() => beginStream(key.subarray(1)))).toBe('INVALID_LENGTH');
    expect(codeOf(() => streamState(key, new Uint8Array(23)))).toBe('INVALID_LENGTH');
    expect(codeOf(() => sealChunk(state, new Uint8Array(17), false))).toBe('INVALID_LENGTH');
    expect(codeOf(() => sealChunk(state.subarray(1), new Uint8Array(16), false))).toBe('INVALID_LENGTH');
    expect(codeOf(() => openChunk(state.subarray(1), new Uint8Array(33)))).toBe('INVALID_LENGTH');
  });
});
