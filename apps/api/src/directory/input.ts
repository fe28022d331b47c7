import { isStatementId, isStatementName } from '#transparency';

import { Refusal } from '../platform/refusal.js';

export const HASH_BYTES = 32;
export const KEY_BYTES = 32;

/** Throws NOT_FOUND where the text can be nobody's id, so that no other text reaches the database. */
export function requireKnownForm(value: string, field: string): void {
  if (!isStatementId(value)) throw new Refusal('NOT_FOUND', 'there is nothing under this id', { field });
}

/** Throws BAD_INPUT unless the text is a lower-case UUID. */
export function requireId(value: string, field: string): void {
  if (!isStatementId(value)) throw badInput(field, 'is no lower-case UUID');
}

/** Throws BAD_INPUT unless the text can be a name: the same rule as in statements, so that no enrolment fails later. */
export function requireName(value: string, field: string): void {
  if (!isStatementName(value)) throw badInput(field, 'is no name of 1 to 200 printable characters');
}

/** Throws BAD_INPUT unless there are exactly that many bytes. */
export function requireBytes(value: Uint8Array, length: number, field: string): void {
  if (value.length !== length) throw badInput(field, `has to be ${String(length)} bytes`);
}

export function badInput(field: string, problem: string): Refusal {
  return new Refusal('BAD_INPUT', `${field} ${problem}`, { field });
}
