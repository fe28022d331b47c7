/**
 * Padmé (Nikitin et al., "Reducing Metadata Leakage from Encrypted Files", section 4): the padded length of `length`
 * bytes. At most 12 % more, and only O(log log n) bits of the length are left to see.
 */
export function padmeLength(length: number): number {
  if (length < 2) return length;
  const exponent = Math.floor(Math.log2(length));
  const mantissaBits = Math.floor(Math.log2(exponent)) + 1;
  const step = 2 ** Math.max(0, exponent - mantissaBits);
  return Math.ceil(length / step) * step;
}
