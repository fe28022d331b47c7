import { decode, encode } from 'cborg';

import { parseAttached } from '../attachments/attached.js';
import type { Attached } from '../attachments/attached.js';
import { ChanceryError } from '../errors.js';

const VERSION = 1;
/** Longest text of one message, in UTF-16 code units: about 40,000 words. */
const MAX_TEXT = 262_144;
const MAX_NAME = 200;
const LONE_SURROGATE = /\p{Surrogate}/u;
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
/** Most people that one message names. */
const MAX_MENTIONS = 100;
/** Longest sign of a reaction, in UTF-16 code units: a family with skin tones fits. */
const MAX_SIGN = 32;
const PICTURE = /\p{Extended_Pictographic}|\p{Regional_Indicator}/u;
const PICTURES_ONLY = /^[\p{Extended_Pictographic}\p{Emoji_Component}\p{Regional_Indicator}]+$/u;
// Controls and bidirectional overrides would let one name pass for another on screen.
const UNSAFE_IN_NAMES = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;

/**
 * What a person says of a message without words of their own; `inReplyTo` names it. A `reaction` and its `withdrawal` have the sign as their text,
 * an `acknowledgement` has none. Of each person and sign the newest counts.
 */
const RESPONSES = ['reaction', 'withdrawal', 'acknowledgement'] as const;
export type Response = (typeof RESPONSES)[number];

/** What stands in an application message, after the ideas of draft-ietf-mimi-content; the sender is authenticated by MLS. */
export interface Content {
  /** UUIDv7 that the sender chose. */
  readonly id: string;
  /** `resync`: the sender could not process a commit, and asks to be brought back. */
  readonly kind: 'text' | 'rename' | 'history' | 'resync' | Response;
  /** The words, or the new name. */
  readonly text: string;
  /** By the sender's clock, milliseconds since 1970. */
  readonly at: number;
  readonly inReplyTo?: string;
  /** An earlier message of the same author, whose words these take the place of. */
  readonly replaces?: string;
  /** Ids of the people whom a text calls by `@name`; a client that does not know this shows the text. */
  readonly mentions?: readonly string[];
  /** Files that belong to a text; a client that does not know them shows the text. */
  readonly attachments?: readonly Attached[];
  /** With `history`: earlier messages that are handed over, see history/handOver.ts; not checked here. */
  readonly history?: unknown;
}

/** Content of a kind, or a version, that this client does not know. */
export interface UnknownContent {
  readonly id: string | undefined;
  readonly kind: 'unknown';
  readonly at: number | undefined;
}

/** CBOR map; absent fields are left out. */
export function encodeContent(content: Content): Uint8Array {
  const { id, kind, text, at, inReplyTo, replaces, mentions, history, attachments } = content;
  return encode({
    v: VERSION,
    id,
    kind,
    at,
    text,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(replaces !== undefined && { replaces }),
    ...(mentions !== undefined && { mentions }),
    ...(history !== undefined && { history }),
    ...(attachments !== undefined && { attachments: attachments.map(fieldsOfAttached) }),
  });
}

/** Never throws: whatever this client can't read was written by a newer one, or by a broken one, and is kept as it is. */
export function decodeContent(bytes: Uint8Array): Content | UnknownContent {
  const fields = decodeMap(bytes);
  const { v, id, kind, at, text, inReplyTo, replaces, mentions, history, attachments } = fields ?? {};
  const head = { id: isId(id) ? id : undefined, at: isTime(at) ? at : undefined };
  const unknown: UnknownContent = { ...head, kind: 'unknown' };
  if (v !== VERSION || head.id === undefined || head.at === undefined || !isText(text)) return unknown;
  if (!isKind(kind) || !fits(kind, text, inReplyTo)) return unknown;
  if (!isOptionalId(inReplyTo) || !isOptionalId(replaces) || !areMentions(mentions)) return unknown;
  const attached = parseAttached(attachments);
  if (attachments !== undefined && !attached) return unknown;
  return {
    id: head.id,
    kind,
    at: head.at,
    text,
    ...(inReplyTo !== undefined && { inReplyTo }),
    ...(replaces !== undefined && { replaces }),
    ...(mentions !== undefined && { mentions }),
    ...(history !== undefined && { history }),
    ...(attached && { attachments: attached }),
  };
}

/** @throws ChanceryError BAD_INPUT, TOO_LARGE */
export function requireText(text: string): void {
  if (text.trim() === '') throw new ChanceryError('BAD_INPUT', 'A message has some text.', { field: 'text' });
  if (text.length > MAX_TEXT) {
    throw new ChanceryError('TOO_LARGE', `A message has at most ${String(MAX_TEXT)} characters.`, { field: 'text' });
  }
  if (LONE_SURROGATE.test(text))
    throw new ChanceryError('BAD_INPUT', 'The text is no well-formed Unicode.', { field: 'text' });
}

/** @throws ChanceryError BAD_INPUT */
export function requireName(name: string): void {
  if (isName(name)) return;
  throw new ChanceryError('BAD_INPUT', `A name has 1 to ${String(MAX_NAME)} printable characters.`, { field: 'name' });
}

/** @throws ChanceryError BAD_INPUT */
export function requireSign(sign: string): void {
  if (isSign(sign)) return;
  throw new ChanceryError('BAD_INPUT', 'A reaction is one emoji.', { field: 'sign' });
}

/** @throws ChanceryError BAD_INPUT */
export function requireMentions(mentions: readonly string[] | undefined): void {
  if (areMentions(mentions)) return;
  throw new ChanceryError('BAD_INPUT', `A message mentions 1 to ${String(MAX_MENTIONS)} people.`, {
    field: 'mentions',
  });
}

export function isResponse(kind: string): kind is Response {
  return RESPONSES.some((response) => response === kind);
}

/** The people whom a message calls. */
export function mentionedIn(content: Uint8Array | undefined): readonly string[] {
  const decoded = content && decodeContent(content);
  return (decoded?.kind === 'text' && decoded.mentions) || [];
}

/** Whether a content has more than the row of a message has room for, so that it is kept beside it as it came. */
export function hasMore({ kind, attachments, mentions }: Pick<Content, 'kind' | 'attachments' | 'mentions'>): boolean {
  return isResponse(kind) || attachments !== undefined || mentions !== undefined;
}

const OTHER_KINDS: readonly unknown[] = ['text', 'rename', 'history', 'resync'] satisfies Content['kind'][];

function isKind(kind: unknown): kind is Content['kind'] {
  return OTHER_KINDS.includes(kind) || (typeof kind === 'string' && isResponse(kind));
}

/** Whether text and reference are such as the kind has. */
function fits(kind: Content['kind'], text: string, inReplyTo: unknown): boolean {
  if (kind === 'rename') return isName(text);
  if (kind === 'acknowledgement') return text === '' && isId(inReplyTo);
  return !isResponse(kind) || (isSign(text) && isId(inReplyTo));
}

/** One picture, or what is joined into one; nothing that could pass for words. */
function isSign(text: string): boolean {
  return text.length <= MAX_SIGN && PICTURE.test(text) && PICTURES_ONLY.test(text);
}

function areMentions(value: unknown): value is readonly string[] | undefined {
  if (value === undefined) return true;
  return Array.isArray(value) && value.length > 0 && value.length <= MAX_MENTIONS && value.every(isId);
}

function isName(text: string): boolean {
  return text.trim() === text && text !== '' && text.length <= MAX_NAME && !UNSAFE_IN_NAMES.test(text);
}

function fieldsOfAttached({ id, name, type, size, key, hash }: Attached): Attached {
  return { id, name, type, size, key, hash };
}

/** The files that a message of one's own, or of another, came with. */
export function attachedTo(content: Uint8Array | undefined): readonly Attached[] {
  const decoded = content && decodeContent(content);
  return (decoded?.kind === 'text' && decoded.attachments) || [];
}

function decodeMap(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value: unknown = decode(bytes, { strict: true, rejectDuplicateMapKeys: true });
    const isMap =
      typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
    return isMap ? (value as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && UUID.test(value);
}

function isOptionalId(value: unknown): value is string | undefined {
  return value === undefined || isId(value);
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value.length <= MAX_TEXT;
}

function isTime(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
