/** Crockford's base32: no I, L, O, U, so that nothing is read for something else. */
const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const BITS = 5;

/** Bytes whose bits are a multiple of five. */
export function toCrockford(bytes: Uint8Array): string {
  let bits = 0n;
  for (const byte of bytes) bits = (bits << 8n) | BigInt(byte);
  const length = (bytes.length * 8) / BITS;
  let text = '';
  for (let place = length - 1; place >= 0; place--) {
    text += ALPHABET.charAt(Number((bits >> BigInt(place * BITS)) & 31n));
  }
  return text;
}

/** The inverse; undefined for anything that `toCrockford` does not write for so many bytes. */
export function fromCrockford(text: string, length: number): Uint8Array | undefined {
  if (text.length !== (length * 8) / BITS) return undefined;
  let bits = 0n;
  for (const character of text) {
    const value = ALPHABET.indexOf(character);
    if (value < 0) return undefined;
    bits = (bits << BigInt(BITS)) | BigInt(value);
  }
  const bytes = new Uint8Array(length);
  for (let i = length - 1; i >= 0; i--, bits >>= 8n) bytes[i] = Number(bits & 0xffn);
  return bytes;
}

/** What people type: in any case, with spaces and hyphens, O for 0 and I or L for 1. */
export function normaliseCode(text: string): string {
  return text.toUpperCase().replace(/[\s-]/gu, '').replaceAll('O', '0').replace(/[IL]/gu, '1');
}

/** Groups of four, as people read them out. */
export function inGroups(code: string): string {
  return code.match(/.{1,4}/gu)?.join('-') ?? '';
}
