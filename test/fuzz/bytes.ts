import type { Random } from '../scenario/mls/random.js';

/** Length headers at the borders of RFC 9420 section 2.1.2: small, large, not minimal, and the forbidden prefix. */
const headers = ['00', '3f', '4040', '7fff', '4001', '80004000', 'bfffffff', '80000001', 'c0', 'ffffffff'].map((hex) =>
  Uint8Array.from(Buffer.from(hex, 'hex')),
);

const extremes = ['00', 'ff', '0000', 'ffff', '00000000', '7fffffff', '80000000', 'ffffffff'].map((hex) =>
  Uint8Array.from(Buffer.from(hex, 'hex')),
);

type Mutation = (random: Random, bytes: Uint8Array, other: Uint8Array) => Uint8Array;

const longest = 2 ** 16;

const flipBit: Mutation = (random, bytes) =>
  changed(bytes, random.below(bytes.length), (byte) => byte ^ (1 << random.below(8)));

const setByte: Mutation = (random, bytes) => changed(bytes, random.below(bytes.length), () => random.below(256));

const addToByte: Mutation = (random, bytes) =>
  changed(bytes, random.below(bytes.length), (byte) => byte + random.pick([-2, -1, 1, 2]));

const overwrite =
  (patches: readonly Uint8Array[]): Mutation =>
  (random, bytes) => {
    const patch = random.pick(patches);
    const at = random.below(bytes.length);
    return replaced(bytes, at, patch.length, patch);
  };

const insert =
  (patches: readonly Uint8Array[]): Mutation =>
  (random, bytes) =>
    replaced(bytes, random.below(bytes.length + 1), 0, random.pick(patches));

const truncate: Mutation = (random, bytes) => bytes.slice(0, random.below(bytes.length));

const extend: Mutation = (random, bytes) =>
  replaced(bytes, bytes.length, 0, randomBytesOf(random, 1 + random.below(40)));

const removeRange: Mutation = (random, bytes) => replaced(bytes, ...range(random, bytes), new Uint8Array(0));

const repeatRange: Mutation = (random, bytes) => {
  const [at, length] = range(random, bytes);
  return replaced(bytes, at, 0, bytes.slice(at, at + length));
};

const splice: Mutation = (random, bytes, other) => {
  const [from, length] = range(random, other);
  return replaced(bytes, ...range(random, bytes), other.slice(from, from + length));
};

/** A length header that is read where one may stand, made larger or smaller with its content left as it is. */
const bendHeader: Mutation = (random, bytes) => {
  const at = random.below(bytes.length);
  const first = bytes[at] ?? 0;
  const size = first < 0x40 ? 1 : first < 0x80 ? 2 : 4;
  return random.chance(0.5)
    ? changed(bytes, Math.min(at + size - 1, bytes.length - 1), (byte) => byte + random.pick([-1, 1]))
    : replaced(bytes, at, size, random.pick(headers));
};

/** The content of a vector repeated or cut, under a header that fits it again. */
const resizeVector: Mutation = (random, bytes) => {
  for (let attempt = 0; attempt < 8; attempt++) {
    const at = random.below(bytes.length);
    const first = bytes[at] ?? 0;
    if (first === 0 || first >= 0x80) continue;
    const [size, length] = first < 0x40 ? [1, first] : [2, (first & 0x3f) * 256 + (bytes[at + 1] ?? 0)];
    if (at + size + length > bytes.length) continue;
    const content = bytes.slice(at + size, at + size + length);
    const resized = random.chance(0.5) ? content.slice(0, random.below(content.length + 1)) : doubled(content);
    return replaced(bytes, at, size + length, withHeader(resized));
  }
  return flipBit(random, bytes, bytes);
};

/** The same length in more bytes than it needs. */
const widenHeader: Mutation = (random, bytes) => {
  const at = random.below(bytes.length);
  const first = bytes[at] ?? 0;
  if (first >= 0x80) return flipBit(random, bytes, bytes);
  const wide = first < 0x40 ? [0x40, first] : [0x80, 0, first & 0x3f, bytes[at + 1] ?? 0];
  return replaced(bytes, at, wide.length / 2, Uint8Array.from(wide));
};

const mutations: readonly Mutation[] = [
  flipBit,
  flipBit,
  setByte,
  addToByte,
  overwrite(extremes),
  insert(extremes),
  insert(headers),
  truncate,
  extend,
  removeRange,
  repeatRange,
  splice,
  bendHeader,
  bendHeader,
  resizeVector,
  resizeVector,
  widenHeader,
];

/** One to some mutations of bytes, of which one may bring in parts of another input. */
export function mutateBytes(random: Random, bytes: Uint8Array, other: Uint8Array): Uint8Array {
  if (bytes.length === 0 || random.chance(0.01)) return randomBytesOf(random, random.below(300));
  let mutant = bytes;
  do {
    if (mutant.length === 0) return mutant;
    mutant = random.pick(mutations)(random, mutant, other.length === 0 ? bytes : other);
  } while (random.chance(0.4));
  return mutant.length > longest ? mutant.slice(0, longest) : mutant;
}

export function randomBytesOf(random: Random, length: number): Uint8Array {
  return Uint8Array.from({ length }, () => random.below(256));
}

function changed(bytes: Uint8Array, at: number, change: (byte: number) => number): Uint8Array {
  const copy = bytes.slice();
  copy[at] = change(copy[at] ?? 0);
  return copy;
}

/** `length` bytes at a position, or as many as there are, give way to others. */
function replaced(bytes: Uint8Array, at: number, length: number, patch: Uint8Array): Uint8Array {
  const after = bytes.subarray(at + length);
  const result = new Uint8Array(at + patch.length + after.length);
  result.set(bytes.subarray(0, at));
  result.set(patch, at);
  result.set(after, at + patch.length);
  return result;
}

function range(random: Random, bytes: Uint8Array): [at: number, length: number] {
  const at = random.below(bytes.length);
  const most = random.chance(0.7) ? 40 : bytes.length;
  return [at, 1 + random.below(Math.min(most, bytes.length - at))];
}

function doubled(content: Uint8Array): Uint8Array {
  return replaced(content, content.length, 0, content);
}

function withHeader(content: Uint8Array): Uint8Array {
  const { length } = content;
  const header =
    length < 0x40
      ? [length]
      : length < 0x4000
        ? [0x40 | (length >> 8), length & 0xff]
        : [0x80, length >> 16, (length >> 8) & 0xff, length & 0xff];
  return replaced(content, 0, 0, Uint8Array.from(header));
}
