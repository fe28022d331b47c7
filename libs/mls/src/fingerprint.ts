const longest = 2048;

/** Secret factors, so that nobody outside can make keys that agree; they protect nothing but time. */
const factors = Int32Array.from({ length: longest / 2 }, () => Math.floor(Math.random() * 2 ** 32));

/**
 * 32 bits of a byte string, other ones in every process: two strings that somebody chose agree with a probability of
 * 2^-16 (multilinear hashing of 16-bit units), so that no message makes a table slow. Only the first 2048 bytes count.
 */
export function fingerprint(bytes: Uint8Array): number {
  const end = Math.min(bytes.length, longest);
  let sum = end;
  for (let i = 0; i < end; i += 2) {
    const unit = (bytes[i] ?? 0) | ((bytes[i + 1] ?? 0) << 8);
    sum = (sum + Math.imul(factors[i >> 1] ?? 0, unit)) | 0;
  }
  return sum >>> 0;
}
