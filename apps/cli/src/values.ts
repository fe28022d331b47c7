import { InvalidArgumentError } from 'commander';

import type { AuditPlace } from '#client';
import { PRECEDENCES } from '#contracts';
import type { Access, DocumentState, Precedence, Role, SearchOrder } from '#contracts';
import type { Format } from '#publish';
import { AUDIT_KINDS, POWERS, REVOCATION_REASONS } from '#transparency';
import type { AuditKind, Power, RevocationReason } from '#transparency';

const ROLES: readonly Role[] = ['MEMBER', 'PLANNER', 'REGISTRAR', 'SECURITY_OFFICER', 'AUDITOR'];
const ENGINES = ['postgres', 'meilisearch'] as const;
/** Search engines that a measurement may use. */
export type Engine = (typeof ENGINES)[number];
const ACCESSES: readonly Access[] = ['READ', 'WRITE', 'MANAGE'];

/** One word of a closed list, whatever its case; hyphens count as underscores. */
function oneOf<Word extends string>(words: readonly Word[]): (value: string) => Word {
  return (value) => {
    const wanted = value.trim().toUpperCase().replaceAll('-', '_');
    const found = words.find((word) => word.toUpperCase() === wanted);
    if (found === undefined)
      throw new InvalidArgumentError(`It has to be one of: ${words.map((word) => word.toLowerCase()).join(', ')}.`);
    return found;
  };
}

const ORDERS: readonly SearchOrder[] = ['RELEVANCE', 'NEWEST', 'OLDEST', 'TITLE'];
export const order: (value: string) => SearchOrder = oneOf(ORDERS);
const STATES: readonly DocumentState[] = ['FILED', 'DRAFT', 'IN_REVIEW', 'APPROVED', 'SUPERSEDED'];
const state: (value: string) => DocumentState = oneOf(STATES);
export const states = (value: string, before: readonly DocumentState[] = []): DocumentState[] => [
  ...before,
  state(value),
];

export const precedence: (value: string) => Precedence = oneOf(PRECEDENCES);
export const access: (value: string) => Access = oneOf(ACCESSES);
export const role: (value: string) => Role = oneOf(ROLES);

const FORMATS: readonly Format[] = ['pdf', 'docx', 'md', 'eml'];
const format: (value: string) => Format = oneOf(FORMATS);
/** Several of them, with commas between. */
export const formats = (value: string): Format[] => [...new Set(value.split(',').map(format))];

/** Languages by the names of Tesseract's data, with commas between. */
export function languages(value: string): string[] {
  const names = value.split(',').map((name) => name.trim());
  if (names.every((name) => /^[a-z_]{2,20}$/u.test(name))) return [...new Set(names)];
  throw new InvalidArgumentError('It has to be names such as eng,rus.');
}

export const engine: (value: string) => Engine = oneOf(ENGINES);

export const roles = (value: string, before: readonly Role[] = []): Role[] => [...before, role(value)];

export const auditKind: (value: string) => AuditKind = oneOf(AUDIT_KINDS);
export const revocationReason: (value: string) => RevocationReason = oneOf(REVOCATION_REASONS);

const power: (value: string) => Power = oneOf(POWERS);
export const powers = (value: string, before: readonly Power[] = []): Power[] => [...before, power(value)];

/** A date, or a date with a time and its zone, as RFC 3339 in UTC. */
export function time(value: string): string {
  const text = value.trim();
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}.*(Z|[+-]\d{2}:\d{2}))?$/u.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(at)) throw new InvalidArgumentError('It has to be a date such as 2027-06-30.');
  return new Date(at).toISOString();
}

/** A day, as it was written. */
export function day(value: string): string {
  const text = value.trim();
  if (/^\d{4}-\d{2}-\d{2}$/u.test(text) && !Number.isNaN(Date.parse(text))) return text;
  throw new InvalidArgumentError('It has to be a day such as 2027-06-30.');
}

/** SHA-256 of a root statement, base64url. */
export function fingerprint(value: string): string {
  if (/^[\w-]{43}$/u.test(value)) return value;
  throw new InvalidArgumentError('It has to be 43 characters, as `chancery whoami` names them.');
}

/** An entry of the audit trail, as `places` reads it. */
export const placeText = ({ entry, hash }: AuditPlace): string => `${String(entry)}:${hash}`;

/** Entries of the audit trail, each written `entry:hash`. */
export function places(value: string, before: readonly AuditPlace[] = []): AuditPlace[] {
  const [, entry, hash] = /^([1-9][0-9]{0,9}):([A-Za-z0-9+/]{43}=)$/u.exec(value.trim()) ?? [];
  if (entry === undefined || hash === undefined)
    throw new InvalidArgumentError('It has to be a number and a hash, as `chancery audit seen` shows them.');
  return [...before, { entry: Number(entry), hash }];
}

/** A whole number between two limits, both included. */
export function wholeNumber(smallest: number, largest: number): (value: string) => number {
  return (value) => {
    const number = /^[0-9]+$/u.test(value) ? Number(value) : Number.NaN;
    if (number >= smallest && number <= largest) return number;
    throw new InvalidArgumentError(`It has to be a whole number from ${smallest} to ${largest}.`);
  };
}
