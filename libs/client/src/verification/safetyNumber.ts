import { concatBytes, fromBase64Url, PrimitivesError, sha512, toBase64Url, utf8 } from '#primitives';

/** A person as a safety number sees them. */
export interface Party {
  readonly personId: string;
  readonly identityKey: Uint8Array;
}

/** Iterations that make it dear to search for a key whose digits are alike. */
const ITERATIONS = 5_200;
const VERSION = Uint8Array.of(0, 1);
const CHUNKS = 6;
const CHUNK_BYTES = 5;
const TEXT = /^chancery-verify:1\.([0-9a-f-]{36})\.([\w-]{43})\.([0-9a-f-]{36})\.([\w-]{43})$/;

/**
 * Sixty digits that two people compare by voice. Each half is one person's: SHA-512 of a version, the identity key and the person's id, then
 * 5,200 times SHA-512 of the result and the key; of the first 30 bytes each five are a number modulo 100,000. The smaller half comes
 * first, so that both sides read the same.
 */
export function safetyNumber(a: Party, b: Party): string {
  return [half(a), half(b)].sort().join('');
}

/** The half of one person alone, in groups of five: names a key by voice. */
export function identityNumber(party: Party): string {
  return inFives(half(party));
}

/** Groups of five, as people read them. */
export function inFives(digits: string): string {
  return digits.match(/.{5}/gu)?.join(' ') ?? '';
}

/** For a QR code: `chancery-verify:1.<person>.<identity key>.<person>.<identity key>`, the one who shows it first. */
export function verificationText(own: Party, other: Party): string {
  return `chancery-verify:1.${[own, other].map(({ personId, identityKey }) => `${personId}.${toBase64Url(identityKey)}`).join('.')}`;
}

/** What the other's screen says of both; undefined for any other text. */
export function parseVerificationText(text: string): { readonly shownBy: Party; readonly other: Party } | undefined {
  const [, first, firstKey, second, secondKey] = TEXT.exec(text.trim()) ?? [];
  if (!first || !firstKey || !second || !secondKey) return undefined;
  try {
    return {
      shownBy: { personId: first, identityKey: fromBase64Url(firstKey) },
      other: { personId: second, identityKey: fromBase64Url(secondKey) },
    };
  } catch (error) {
    if (error instanceof PrimitivesError) return undefined;
    throw error;
  }
}

function half({ personId, identityKey }: Party): string {
  let hash = sha512(concatBytes(VERSION, identityKey, utf8(personId)));
  for (let i = 0; i < ITERATIONS; i++) hash = sha512(concatBytes(hash, identityKey));
  return Array.from({ length: CHUNKS }, (_, index) =>
    digitsOf(hash.subarray(index * CHUNK_BYTES, (index + 1) * CHUNK_BYTES)),
  ).join('');
}

function digitsOf(bytes: Uint8Array): string {
  const number = bytes.reduce((value, byte) => value * 256 + byte, 0);
  return String(number % 100_000).padStart(5, '0');
}
