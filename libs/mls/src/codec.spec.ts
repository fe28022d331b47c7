import { fromHex, ready, toHex } from '#primitives';
import fc from 'fast-check';

import { Reader, Writer, decodeOpaque, decodeWith, encodeOpaque, encodeWith } from './codec.js';
import { decodeCredential } from './credential.js';
import { MlsError } from './errors.js';
import { decodeMessage } from './message.js';
import { decodeProposal } from './proposal.js';
import { RatchetTree } from './ratchetTree.js';

beforeAll(ready);

function ruleOf(action: () => unknown): string | undefined {
  try {
    action();
  } catch (error) {
    return error instanceof MlsError ? `${error.code} ${String(error.rule)}` : String(error);
  }
  return undefined;
}

const decode =
  (bytes: string): (() => unknown) =>
  () =>
    decodeWith(decodeOpaque, fromHex(bytes));

test('valn020101: lengths that are not minimal, or start with 11', () => {
  for (const bytes of ['4000', '403f', '80000040', '80003fff', 'c0']) {
    expect(ruleOf(decode(bytes))).toBe('MALFORMED valn020101');
  }
});

test('valn020102: a vector that promises more than there is', () => {
  for (const bytes of ['', '01', '40', '4040', 'bfffffff00'])
    expect(ruleOf(decode(bytes))).toBe('MALFORMED valn020102');
  const short = new Reader(fromHex('0300')); // an element of a vector that crosses the vector's end
  expect(ruleOf(() => short.vector((inner) => inner.uint16()))).toBe('MALFORMED valn020102');
});

test('valn020103: an optional that is neither absent nor present', () => {
  const reader = new Reader(Uint8Array.of(2));
  expect(ruleOf(() => reader.optional(decodeOpaque))).toBe('MALFORMED valn020103');
});

test('valn020104: bytes after the end', () => {
  expect(ruleOf(decode('0000'))).toBe('MALFORMED valn020104');
});

test('valn020105: values that an enumeration does not have', () => {
  expect(ruleOf(() => decodeWith(decodeCredential, fromHex('000300')))).toBe('MALFORMED valn020105');
  expect(ruleOf(() => decodeWith(decodeProposal, fromHex('0008')))).toBe('MALFORMED valn020105');
  expect(ruleOf(() => decodeMessage(fromHex('00020001')))).toBe('MALFORMED valn020105');
  expect(ruleOf(() => decodeMessage(fromHex('00010006')))).toBe('MALFORMED valn020105');
});

test('valn020105: types of pre-shared keys, senders, contents, leaves, nodes and references that do not exist', () => {
  const message = '00010001' + '00' + '00'.repeat(8);
  const leaf = '0000' + '000100' + '00'.repeat(5);
  const unknown: [string, (bytes: Uint8Array) => unknown][] = [
    ['000400', (bytes) => decodeWith(decodeProposal, bytes)],
    ['000403', (bytes) => decodeWith(decodeProposal, bytes)],
    ['00040200', (bytes) => decodeWith(decodeProposal, bytes)],
    ['00040204', (bytes) => decodeWith(decodeProposal, bytes)],
    [`${message}00`, decodeMessage],
    [`${message}05`, decodeMessage],
    [`${message}030000`, decodeMessage],
    [`${message}030004`, decodeMessage],
    [`${message}0300030100`, decodeMessage],
    [`0002${leaf}00`, (bytes) => decodeWith(decodeProposal, bytes)],
    [`0002${leaf}04`, (bytes) => decodeWith(decodeProposal, bytes)],
    ['020100', RatchetTree.decode.bind(RatchetTree)],
    ['020103', RatchetTree.decode.bind(RatchetTree)],
  ];
  for (const [bytes, decode] of unknown) {
    expect([bytes, ruleOf(() => decode(fromHex(bytes)))]).toEqual([bytes, 'MALFORMED valn020105']);
  }
});

test('lengths at the edges of their sizes', () => {
  const encodeLength = (length: number): Uint8Array =>
    encodeWith((writer, value) => {
      writer.vectorLength(value);
    }, length);
  const edges = [0, 63, 64, 16383, 16384, 2 ** 30 - 1];
  expect(edges.map((length) => toHex(encodeLength(length)))).toEqual([
    '00',
    '3f',
    '4040',
    '7fff',
    '80004000',
    'bfffffff',
  ]);
  for (const length of edges) expect(new Reader(encodeLength(length)).vectorLength()).toBe(length);
  expect(() => encodeLength(2 ** 30)).toThrow(RangeError);
});

test('integers and vectors round-trip', () => {
  const integers = fc.tuple(fc.nat(0xff), fc.nat(0xffff), fc.nat(0xffffffff), fc.bigInt(0n, 2n ** 64n - 1n));
  fc.assert(
    fc.property(integers, fc.array(fc.uint8Array({ maxLength: 100 })), ([a, b, c, d], vector) => {
      const writer = new Writer();
      writer.uint8(a);
      writer.uint16(b);
      writer.uint32(c);
      writer.uint64(d);
      writer.vector(vector, encodeOpaque);
      const reader = new Reader(writer.finish());
      expect([reader.uint8(), reader.uint16(), reader.uint32(), reader.uint64()]).toEqual([a, b, c, d]);
      expect(reader.vector(decodeOpaque)).toEqual(vector);
      reader.end();
    }),
  );
});

test('what is decoded does not change with the buffer it came from', () => {
  const bytes = encodeWith(encodeOpaque, fromHex('0102'));
  const decoded = decodeWith(decodeOpaque, bytes);
  bytes.fill(0xff);
  expect(toHex(decoded)).toBe('0102');
});

test('any bytes give a message or a typed error', () => {
  const start = fc.constantFrom('00010001', '00010002', '00010003', '00010004', '00010005');
  fc.assert(
    fc.property(start, fc.uint8Array({ maxLength: 300 }), (prefix, rest) => {
      const outcome = ruleOf(() => decodeMessage(fromHex(prefix + toHex(rest))));
      return outcome === undefined || outcome.startsWith('MALFORMED ');
    }),
  );
});
