import type { Answer } from './canaryWorld.js';

/** What an id, a time, a token or another thing made by chance becomes, so that answers of two servers can be compared. */
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const TIME = /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/g;
const ORIGIN = /http:\/\/127\.0\.0\.1:\d+/g;
const BYTES = /^[A-Za-z0-9+/]{24,}={0,2}$|[A-Za-z0-9+/_-]{40,}={0,2}/g;
/** Milliseconds since 1970 of any day on which this may run. */
const EARLIEST_MS = 1.7e12;
/** Letters that are shown before a difference. */
const AROUND = 100;
/** Fields of which every answer has another value. */
const BY_CHANCE = /^(?:requestId|PairingTicket_code)$/;

/** Replaces what is made by chance by the order in which it came: equal answers become equal texts. */
export class Canon {
  readonly #names = new Map<string, string>();

  of(value: unknown, field = ''): unknown {
    if (BY_CHANCE.test(field)) return '<chance>';
    if (Array.isArray(value)) return value.map((one) => this.of(one));
    if (typeof value === 'number') return value > EARLIEST_MS ? '<time>' : value;
    if (typeof value === 'string') return this.#text(value);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, one]) => [name, this.of(one, name)]));
  }

  #text(text: string): unknown {
    const cursor = cursorIn(text);
    if (cursor) return this.of(cursor);
    const known = text
      .replace(ORIGIN, '<origin>')
      .replace(TIME, '<time>')
      .replace(UUID, (id) => this.#name(id));
    return known.replace(BYTES, ({ length }) => `<bytes ${String(length)}>`);
  }

  #name(id: string): string {
    const known = this.#names.get(id) ?? `<id ${String(this.#names.size + 1)}>`;
    this.#names.set(id, known);
    return known;
  }
}

/** The key in a cursor, which is a JSON list in base64url. */
function cursorIn(text: string): unknown[] | undefined {
  if (!/^W[A-Za-z0-9_-]+$/.test(text)) return undefined;
  try {
    const key: unknown = JSON.parse(Buffer.from(text, 'base64url').toString());
    return Array.isArray(key) ? key : undefined;
  } catch {
    return undefined;
  }
}

/** Every text that an answer holds in any encoding that we use: as it is, and what base64 hides. */
export function everythingIn(answer: string): string {
  const hidden = [...answer.matchAll(/[A-Za-z0-9+/_-]{12,}={0,2}/g)].map(([text]) =>
    Buffer.from(text, 'base64').toString('latin1'),
  );
  return [answer, ...hidden].join('\n').toLowerCase();
}

/** Where two texts part, with what stands around it. */
export function partingOf(left: string, right: string): string {
  let at = 0;
  while (at < left.length && left.charAt(at) === right.charAt(at)) at += 1;
  const from = Math.max(0, at - AROUND);
  return `\n  without: …${left.slice(from, from + 3 * AROUND)}\n  with:    …${right.slice(from, from + 3 * AROUND)}`;
}

/** An answer without what is made by chance. */
export function textOf({ status, headers, body }: Answer): string {
  return JSON.stringify([status, headers, new Canon().of(readable(body))]);
}

function readable(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return body;
  }
}
