import { GraphQLScalarType, Kind } from 'graphql';
import type { ValueNode } from 'graphql';

import { Refusal } from '../refusal.js';

/** Longest text of one `Bytes` value; fields have tighter limits of their own. */
const MAX_BASE64_LENGTH = 4 * 1024 * 1024;
const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(?:\.\d{1,3})?Z$/;

/**
 * Parses standard base64 with padding (RFC 4648 section 4), strictly: no white space, no URL alphabet, no stray bits,
 * so that every byte string has one text only. Throws BAD_BASE64 or TOO_LARGE.
 */
export function parseBase64(text: unknown): Uint8Array {
  if (typeof text !== 'string') throw new Refusal('BAD_BASE64', 'bytes have to be a string of standard base64');
  if (text.length > MAX_BASE64_LENGTH) {
    throw new Refusal('TOO_LARGE', `bytes are longer than ${String(MAX_BASE64_LENGTH)} characters of base64`);
  }
  const bytes = Buffer.from(text, 'base64');
  // Buffer passes over what is not base64, so only the one right text comes back the same
  if (bytes.toString('base64') !== text) {
    throw new Refusal('BAD_BASE64', 'bytes are not standard base64 with padding');
  }
  return bytes;
}

/** Binary data; `Uint8Array` in resolvers. */
export const Bytes = new GraphQLScalarType<Uint8Array, string>({
  name: 'Bytes',
  description: 'Binary data as standard base64 (RFC 4648 section 4) with padding.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc4648#section-4',
  serialize: (value) => {
    if (!(value instanceof Uint8Array)) throw new TypeError('Bytes are made from a Uint8Array');
    return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64');
  },
  parseValue: parseBase64,
  parseLiteral: (node) => parseBase64(textOf(node)),
});

/** An instant; `Date` in resolvers. */
export const DateTime = new GraphQLScalarType<Date, string>({
  name: 'DateTime',
  description: 'An instant as RFC 3339 text in UTC, for instance 2026-11-21T10:00:00.000Z.',
  specifiedByURL: 'https://datatracker.ietf.org/doc/html/rfc3339',
  serialize: (value) => {
    if (!(value instanceof Date)) throw new TypeError('a DateTime is made from a Date');
    return value.toISOString();
  },
  parseValue: parseInstant,
  parseLiteral: (node) => parseInstant(textOf(node)),
});

function parseInstant(text: unknown): Date {
  const instant = typeof text === 'string' && INSTANT.test(text) ? new Date(text) : undefined;
  // the second comparison refuses days that do not exist, which Date moves into the next month
  if (!instant || Number.isNaN(instant.getTime()) || instant.toISOString().slice(0, 19) !== String(text).slice(0, 19)) {
    throw new Refusal('BAD_INPUT', 'an instant has to look like 2026-11-21T10:00:00.000Z');
  }
  return instant;
}

function textOf(node: ValueNode): string | undefined {
  return node.kind === Kind.STRING ? node.value : undefined;
}
