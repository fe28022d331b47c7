import { Refusal } from '../platform/refusal.js';

/** What PostgreSQL can't keep: NUL, and halves of surrogate pairs. */
const UNSTORABLE = /\p{Cs}|\0/u;

/** Checks one text of an input: its length in UTF-16 code units, and that it can be kept. Throws BAD_INPUT, TOO_LARGE. */
export function requireText(field: string, text: string, max: number, { mayBeEmpty = false } = {}): void {
  if (!mayBeEmpty && text.trim() === '') throw new Refusal('BAD_INPUT', `${field} is empty`, { field });
  if (text.length > max) throw new Refusal('TOO_LARGE', `${field} has more than ${String(max)} characters`, { field });
  if (UNSTORABLE.test(text)) throw new Refusal('BAD_INPUT', `${field} holds a character that is no text`, { field });
}

/** Checks how many items a list of an input has. Throws TOO_LARGE. */
export function requireCount(field: string, items: readonly unknown[], max: number): void {
  if (items.length > max) throw new Refusal('TOO_LARGE', `${field} has more than ${String(max)} items`, { field });
}
