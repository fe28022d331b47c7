const BYTES = Float32Array.BYTES_PER_ELEMENT;

/** The vector of length 1 in the same direction; undefined where there is none, as of zeros. */
export function normalised(numbers: readonly number[]): Float32Array | undefined {
  const length = Math.hypot(...numbers);
  if (!(length > 0) || !Number.isFinite(length)) return undefined;
  return Float32Array.from(numbers, (number) => number / length);
}

/** Cosine of the angle between two vectors of length 1 and as many dimensions. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** Little-endian IEEE 754 numbers of four bytes each. */
export function encodeVector(vector: Float32Array): Buffer {
  const bytes = Buffer.alloc(vector.length * BYTES);
  vector.forEach((number, at) => bytes.writeFloatLE(number, at * BYTES));
  return bytes;
}

/** What `encodeVector` wrote. */
export function decodeVector(bytes: Buffer): Float32Array {
  return Float32Array.from({ length: bytes.length / BYTES }, (_, at) => bytes.readFloatLE(at * BYTES));
}
