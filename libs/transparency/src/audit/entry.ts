import { concatBytes, sha256, utf8 } from '#primitives/verify';

import { decodeCanonical, encodeCanonical } from '../statements/cbor.js';
import { StatementError } from '../statements/error.js';
import { Fields, HASH_LENGTH, asIdentifier } from '../statements/fields.js';

const DOMAIN = 'Chancery audit v1\0';
const SIGNATURE_LENGTH = 64;
const MAX_ABOUT = 100;

/**
 * `statement`: one was entered in the log; `act`: another administrative act; `login`; `refusal`; `export`: audit entries were
 * read; `downgrade`: a document got a lower label.
 */
export const AUDIT_KINDS = ['statement', 'act', 'login', 'refusal', 'export', 'downgrade', 'clock'] as const;
export type AuditKind = (typeof AUDIT_KINDS)[number];

/** What a device signed to do it. What the bytes mean is the matter of whoever defines them (`#contracts`). */
export interface AuditSigned {
  readonly input: Uint8Array;
  /** Ed25519 by the device of the entry, 64 bytes. */
  readonly signature: Uint8Array;
}

/** Something that somebody did, or tried, at the server. Ids and codes only: no content, no names, no tokens. */
export interface AuditNote {
  readonly kind: AuditKind;
  /** What was asked for: the name of an operation or of a kind of statement. */
  readonly operation: string;
  /** `DONE`, or the code of the refusal. */
  readonly outcome: string;
  /** Further times within ten minutes after the entry that has none; absent for one. */
  readonly count?: number;
  readonly device?: string;
  readonly person?: string;
  /** Ids of whom and what it is about. */
  readonly about?: readonly string[];
  /** The entry of the log that says it all, signed: its place, and SHA-256 of it. */
  readonly statement?: { readonly seq: number; readonly id: Uint8Array };
  readonly signed?: AuditSigned;
}

/** A note with its place in the chain. */
export interface AuditEntry extends AuditNote {
  /** From 1, without gaps. */
  readonly seq: number;
  /** By the server's clock, in milliseconds since 1970. */
  readonly at: number;
  /** Hash of the entry before it; of the first, 32 zero bytes. */
  readonly prev: Uint8Array;
}

/** What stands before the first entry. */
export const AUDIT_START = { entry: 0, hash: new Uint8Array(HASH_LENGTH) } as const;

/** Canonical CBOR. @throws StatementError `FIELD_INVALID` for what `decodeAuditEntry` would not take */
export function encodeAuditEntry(entry: AuditEntry): Uint8Array {
  const payload = encodeCanonical(entry);
  decodeAuditEntry(payload);
  return payload;
}

/** @throws StatementError `MALFORMED`, `NOT_CANONICAL`, `FIELD_INVALID` */
export function decodeAuditEntry(payload: Uint8Array): AuditEntry {
  const fields = new Fields(decodeCanonical(payload));
  const count = fields.optionalTime('count');
  const device = fields.has('device') ? fields.identifier('device') : undefined;
  const person = fields.has('person') ? fields.identifier('person') : undefined;
  const about = fields.has('about') ? fields.list('about', MAX_ABOUT, asIdentifier) : undefined;
  const statement = fields.optional('statement', readStatement);
  const signed = fields.optional('signed', readSigned);
  const entry = {
    seq: readSeq(fields),
    at: fields.time('at'),
    kind: fields.oneOf('kind', AUDIT_KINDS),
    operation: fields.identifier('operation'),
    outcome: fields.identifier('outcome'),
    prev: fields.bytes('prev', HASH_LENGTH),
    ...(count !== undefined && { count }),
    ...(device !== undefined && { device }),
    ...(person !== undefined && { person }),
    ...(about && { about }),
    ...(statement && { statement }),
    ...(signed && { signed }),
  };
  fields.end();
  return entry;
}

/** SHA-256 over a domain and the encoded entry: what the next entry, and statements `auditHead`, name. */
export function auditHash(payload: Uint8Array): Uint8Array {
  return sha256(concatBytes(utf8(DOMAIN), payload));
}

function readSeq(fields: Fields): number {
  const seq = fields.time('seq');
  if (seq < 1) throw new StatementError('FIELD_INVALID', 'seq is a number from 1', 'seq');
  return seq;
}

function readStatement(fields: Fields): { seq: number; id: Uint8Array } {
  return { seq: readSeq(fields), id: fields.bytes('id', HASH_LENGTH) };
}

function readSigned(fields: Fields): AuditSigned {
  return { input: fields.anyBytes('input'), signature: fields.bytes('signature', SIGNATURE_LENGTH) };
}
