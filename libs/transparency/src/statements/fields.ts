import { StatementError } from './error.js';

export const KEY_LENGTH = 32;
export const HASH_LENGTH = 32;
const MAX_NAME_LENGTH = 200;

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const IDENTIFIER = /^[A-Za-z0-9][A-Za-z0-9_.-]{0,63}$/;
// Controls and bidirectional overrides would let one name pass for another on screen.
const UNSAFE_IN_NAMES = /[\p{Cc}\p{Surrogate}\u2028\u2029\u202a-\u202e\u2066-\u2069]/u;
/** 31 December 9999, the last instant that RFC 3339 can write. */
const MAX_TIME = 253_402_300_799_999;

/** Whether a text can be the id of a person, device, post or ministry: a lower-case UUID. */
export function isStatementId(text: string): boolean {
  return UUID.test(text);
}

/** Whether a text can be a name in a statement: 1 to 200 UTF-16 code units, trimmed, no control characters. */
export function isStatementName(text: string): boolean {
  return text !== '' && text.length <= MAX_NAME_LENGTH && text.trim() === text && !UNSAFE_IN_NAMES.test(text);
}

/** Reads the fields of one CBOR map strictly: each by name and type, and at the end none may be left over. */
export class Fields {
  private readonly unread: Map<unknown, unknown>;

  /** @throws StatementError `MALFORMED` when the value is no map */
  constructor(value: unknown) {
    if (!(value instanceof Map)) throw new StatementError('MALFORMED', 'is no CBOR map');
    this.unread = new Map<unknown, unknown>(value);
  }

  /** A lower-case UUID. */
  uuid(name: string): string {
    return asUuid(this.take(name), name);
  }

  /** An identifier of the security policy. */
  identifier(name: string): string {
    return asIdentifier(this.take(name), name);
  }

  /** Text for people: 1 to 200 UTF-16 code units, trimmed, no control characters. */
  name(name: string): string {
    const value = this.take(name);
    if (typeof value === 'string' && isStatementName(value)) return value;
    return wrong(name, 'is no name of 1 to 200 printable characters');
  }

  optionalName(name: string): string | undefined {
    return this.unread.has(name) ? this.name(name) : undefined;
  }

  bytes(name: string, length: number): Uint8Array {
    const value = this.take(name);
    if (value instanceof Uint8Array && value.length === length) return value;
    return wrong(name, `is not ${String(length)} bytes`);
  }

  anyBytes(name: string): Uint8Array {
    const value = this.take(name);
    return value instanceof Uint8Array ? value : wrong(name, 'is no byte string');
  }

  optionalBytes(name: string, length: number): Uint8Array | undefined {
    return this.unread.has(name) ? this.bytes(name, length) : undefined;
  }

  /** Milliseconds since 1970-01-01T00:00:00Z. */
  time(name: string): number {
    const value = this.take(name);
    const sound = typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_TIME;
    return sound ? value : wrong(name, 'is no time in milliseconds since 1970');
  }

  optionalTime(name: string): number | undefined {
    return this.unread.has(name) ? this.time(name) : undefined;
  }

  /** A whole number from 1 to 65,535. */
  uint16(name: string): number {
    const value = this.take(name);
    const sound = typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 0xffff;
    return sound ? value : wrong(name, 'is no whole number from 1 to 65535');
  }

  has(name: string): boolean {
    return this.unread.has(name);
  }

  flag(name: string): boolean {
    const value = this.take(name);
    return typeof value === 'boolean' ? value : wrong(name, 'is neither true nor false');
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.take(name);
    return choices.find((choice) => choice === value) ?? wrong(name, `is none of ${choices.join(', ')}`);
  }

  /** A list; each item is read by `read`, which gets the item's path for its error. */
  list<T>(name: string, max: number, read: (item: unknown, path: string) => T): T[] {
    const value = this.take(name);
    if (!Array.isArray(value) || value.length > max) return wrong(name, `is no list of at most ${String(max)} items`);
    return value.map((item, index) => read(item, `${name}.${String(index)}`));
  }

  /** A map within this one, read to its end; undefined where the field is absent. */
  optional<T>(name: string, read: (fields: Fields) => T): T | undefined {
    if (!this.unread.has(name)) return undefined;
    const inner = new Fields(this.take(name));
    const value = read(inner);
    inner.end();
    return value;
  }

  /** @throws StatementError `FIELD_INVALID` when a field was not asked for */
  end(): void {
    if (this.unread.size === 0) return;
    const [name] = this.unread.keys();
    wrong(typeof name === 'string' ? name.slice(0, 64) : 'key', 'is no field of this type');
  }

  private take(name: string): unknown {
    if (!this.unread.has(name)) return wrong(name, 'is missing');
    const value = this.unread.get(name);
    this.unread.delete(name);
    return value;
  }
}

/** An item that has to be an identifier of the security policy. */
export function asIdentifier(value: unknown, path: string): string {
  return typeof value === 'string' && IDENTIFIER.test(value) ? value : wrong(path, 'is no identifier');
}

/** An item that has to be a lower-case UUID. */
export function asUuid(value: unknown, path: string): string {
  return typeof value === 'string' && isStatementId(value) ? value : wrong(path, 'is no lower-case UUID');
}

/** Refuses a list that is not in strict code unit order, which also finds doubled items. */
export function requireSorted(items: readonly string[], name: string): void {
  const sorted = items.every((item, index) => index === 0 || (items[index - 1] ?? '') < item);
  if (!sorted) wrong(name, 'is not sorted, or holds an item twice');
}

function wrong(field: string, problem: string): never {
  throw new StatementError('FIELD_INVALID', `${field} ${problem}`, field);
}
