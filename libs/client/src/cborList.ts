import { decode } from 'cborg';

/** The items of a CBOR list from somebody else; none when the bytes are anything but one. */
export function decodeList(bytes: Uint8Array): unknown[] {
  try {
    const value: unknown = decode(bytes, { strict: true });
    return Array.isArray(value) ? (value as unknown[]) : [];
  } catch {
    return [];
  }
}

export const isText = (value: unknown): value is string => typeof value === 'string';
export const isBytes = (value: unknown): value is Uint8Array => value instanceof Uint8Array;
