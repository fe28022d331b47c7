import { PrimitivesError } from './errors.js';
import { sodium } from './sodium.js';

/** What every platform has (WHATWG Encoding), declared narrowly so that libraries need no DOM types. */
interface Encoding {
  TextEncoder: new () => { encode(text: string): Uint8Array };
  TextDecoder: new (label: 'utf-8', options: { fatal: true; ignoreBOM: true }) => { decode(bytes: Uint8Array): string };
}

const { TextEncoder, TextDecoder } = globalThis as unknown as Encoding;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
const loneSurrogate = /\p{Surrogate}/u;

/**
 * UTF-8 of well-formed text.
 * @throws PrimitivesError `INVALID_ENCODING` for a lone surrogate, which UTF-8 can't represent
 */
export function utf8(text: string): Uint8Array {
  return (text.length <= shortText ? ascii(text) : undefined) ?? encodeUtf8(text);
}

/** Labels of protocols, which are encoded all the time, cost more in the encoder's call than in a loop. */
const shortText = 64;

/** Undefined if the text is not all ASCII. */
function ascii(text: string): Uint8Array | undefined {
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < bytes.length; i++) {
    const code = text.charCodeAt(i);
    if (code > 0x7f) return undefined;
    bytes[i] = code;
  }
  return bytes;
}

function encodeUtf8(text: string): Uint8Array {
  if (loneSurrogate.test(text)) throw invalid('text has a lone surrogate');
  return encoder.encode(text);
}

/** @throws PrimitivesError `INVALID_ENCODING` for bytes that are not UTF-8; a byte order mark is kept */
export function fromUtf8(bytes: Uint8Array): string {
  try {
    return decoder.decode(bytes);
  } catch {
    throw invalid('not UTF-8');
  }
}

/** Compares in time that depends on the lengths only. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i++) difference |= (a[i] ?? 0) ^ (b[i] ?? 0);
  return difference === 0;
}

export function concatBytes(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    joined.set(part, offset);
    offset += part.length;
  }
  return joined;
}

/** Overwrites a secret after its last use. Copies that the engine made can't be reached. */
export function wipe(bytes: Uint8Array): void {
  bytes.fill(0);
}

const hexDigits = '0123456789abcdef';

/** Lower-case hexadecimal. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += hexDigits.charAt(byte >> 4) + hexDigits.charAt(byte & 15);
  return text;
}

/** Either case. @throws PrimitivesError `INVALID_ENCODING` */
export function fromHex(text: string): Uint8Array {
  if (text.length % 2 !== 0 || /[^0-9a-fA-F]/.test(text)) throw invalid('not hexadecimal');
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = Number.parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** Standard alphabet with padding (RFC 4648 section 4), in constant time. */
export function toBase64(bytes: Uint8Array): string {
  return sodium().to_base64(bytes, sodium().base64_variants.ORIGINAL);
}

/** Standard alphabet; padding required, no white space, no stray bits. @throws PrimitivesError `INVALID_ENCODING` */
export function fromBase64(text: string): Uint8Array {
  return decodeBase64(text, sodium().base64_variants.ORIGINAL);
}

/** URL-safe alphabet without padding (RFC 4648 section 5), in constant time. */
export function toBase64Url(bytes: Uint8Array): string {
  return sodium().to_base64(bytes, sodium().base64_variants.URLSAFE_NO_PADDING);
}

/** URL-safe alphabet; padding refused, no white space, no stray bits. @throws PrimitivesError `INVALID_ENCODING` */
export function fromBase64Url(text: string): Uint8Array {
  return decodeBase64(text, sodium().base64_variants.URLSAFE_NO_PADDING);
}

function decodeBase64(text: string, variant: number): Uint8Array {
  try {
    return sodium().from_base64(text, variant);
  } catch {
    throw invalid('not base64');
  }
}

function invalid(message: string): PrimitivesError {
  return new PrimitivesError('INVALID_ENCODING', message);
}
