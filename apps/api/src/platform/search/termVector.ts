import { FIELDS } from './fields.js';

/** A passage of the body: the place of its first word in the body, and where it stands in the text, in UTF-16 code units. */
export interface Passage {
  readonly position: number;
  readonly start: number;
  readonly end: number;
}

/** The terms of one field by their place; `undefined` holds the place of a function word. */
export type FieldTerms = readonly (number | undefined)[];

/** Positions of terms, ascending. */
export type Places = Int32Array | Uint16Array;

/** Positions between two fields, so that no phrase and no nearness reaches across. */
const GAP = 100;
const PASSAGE_NUMBERS = 3;
/** Bytes of a number, and the highest one of half as many. */
const WIDE = 4;
const MOST_NARROW = 0xffff;

/**
 * All terms of one paper with their positions, over all fields: enough to rank it, to check phrases and to choose the
 * passage that is shown. Kept as little-endian 32-bit numbers:
 * field count, then first position and length (terms without function words) of each field; passage count, then each
 * passage; term count, the sorted term ids, where the positions of each begin (one more number for the end), positions.
 * Where every position fits, the last two are 16-bit numbers, and the field count is negative to say so: a search reads
 * some hundred vectors.
 */
export class TermVector {
  private readonly fields: Int32Array;
  private readonly passageNumbers: Int32Array;
  private readonly ids: Int32Array;
  private readonly begins: Places;
  private readonly places: Places;
  /** Size in memory, in bytes. */
  readonly bytes: number;

  constructor(encoded: Uint8Array) {
    const bytes = aligned(encoded);
    const numbers = new Int32Array(bytes.buffer, bytes.byteOffset, Math.floor(bytes.byteLength / WIDE));
    let at = 0;
    const take = (count: number): Int32Array => numbers.subarray(at, (at += count));
    const count = (): number => take(1)[0] ?? 0;
    const fields = count();
    this.fields = take(Math.abs(fields) * 2);
    this.passageNumbers = take(count() * PASSAGE_NUMBERS);
    const terms = count();
    this.ids = take(terms);
    const rest = fields < 0 ? narrowFrom(bytes, at * WIDE) : numbers.subarray(at);
    this.begins = rest.subarray(0, terms + 1);
    this.places = rest.subarray(terms + 1);
    this.bytes = bytes.byteLength;
  }

  static encode(fields: readonly FieldTerms[], passages: readonly Passage[]): Buffer {
    const layout = fieldLayout(fields);
    const places = placesByTerm(fields, layout);
    const ids = [...places.keys()].sort((a, b) => a - b);
    const begins = [0];
    const positions = ids.flatMap((id) => {
      const own = places.get(id) ?? [];
      begins.push((begins.at(-1) ?? 0) + own.length);
      return own;
    });
    const last = layout.at(-1);
    const isNarrow = last === undefined || last.end <= MOST_NARROW;
    const head = [
      isNarrow ? -fields.length : fields.length,
      ...layout.flatMap(({ first, length }) => [first, length]),
      passages.length,
      ...passages.flatMap(({ position, start, end }) => [position, start, end]),
      ids.length,
      ...ids,
    ];
    const rest = [...begins, ...positions];
    return Buffer.concat([bytesOf(Int32Array.from(head)), bytesOf((isNarrow ? Uint16Array : Int32Array).from(rest))]);
  }

  /** Every term id, ascending. */
  get termIds(): Int32Array {
    return this.ids;
  }

  /** Positions of a term, ascending; empty where it is absent. */
  positions(termId: number): Places {
    const index = find(this.ids, termId);
    return index < 0 ? EMPTY : this.places.subarray(this.begins[index], this.begins[index + 1]);
  }

  /** How often a term stands in each field, in the order of `FIELDS`. */
  frequencies(termId: number): number[] {
    const counts = new Array<number>(FIELDS.length).fill(0);
    for (const position of this.positions(termId)) {
      const field = this.fieldAt(position);
      counts[field] = (counts[field] ?? 0) + 1;
    }
    return counts;
  }

  /** For every term, in the order of `termIds`: its occurrences, each worth what `worth` gives for its field. */
  weights(worth: readonly number[]): Float64Array {
    const sums = new Float64Array(this.ids.length);
    for (let index = 0; index < sums.length; index += 1) {
      let sum = 0;
      for (let at = this.begins[index] ?? 0; at < (this.begins[index + 1] ?? 0); at += 1) {
        sum += worth[this.fieldAt(this.places[at] ?? 0)] ?? 0;
      }
      sums[index] = sum;
    }
    return sums;
  }

  /** Number of terms in each field, in the order of `FIELDS`. */
  get lengths(): number[] {
    return FIELDS.map((_, field) => this.fields[field * 2 + 1] ?? 0);
  }

  /** First position of a field; the field ends where the next begins. */
  firstPosition(field: number): number {
    return this.fields[field * 2] ?? Number.MAX_SAFE_INTEGER;
  }

  get passages(): Passage[] {
    const count = this.passageNumbers.length / PASSAGE_NUMBERS;
    return Array.from({ length: count }, (_, index) => {
      const [position = 0, start = 0, end = 0] = this.passageNumbers.subarray(index * PASSAGE_NUMBERS);
      return { position, start, end };
    });
  }

  /** Index in `FIELDS` of the field that a position lies in. */
  fieldAt(position: number): number {
    let field = 0;
    while (field + 1 < FIELDS.length && position >= (this.fields[field * 2 + 2] ?? position + 1)) field += 1;
    return field;
  }
}

const EMPTY = new Int32Array(0);

const bytesOf = ({ buffer }: Places): Uint8Array => new Uint8Array(buffer);

/** The same bytes where they allow a view of 32-bit numbers, else a copy: those have to begin at a multiple of four. */
function aligned(encoded: Uint8Array): Uint8Array {
  return encoded.byteOffset % WIDE === 0 ? encoded : Uint8Array.from(encoded);
}

function narrowFrom({ buffer, byteOffset, byteLength }: Uint8Array, at: number): Uint16Array {
  return new Uint16Array(buffer, byteOffset + at, (byteLength - at) / Uint16Array.BYTES_PER_ELEMENT);
}

interface FieldPlace {
  /** Position of its first term, and the one behind its last. */
  readonly first: number;
  readonly end: number;
  /** Number of its terms, without function words. */
  readonly length: number;
}

function fieldLayout(fields: readonly FieldTerms[]): FieldPlace[] {
  let first = 0;
  return fields.map((terms) => {
    const length = terms.reduce<number>((sum, term) => sum + (term === undefined ? 0 : 1), 0);
    const own = { first, end: first + terms.length, length };
    first = own.end + GAP;
    return own;
  });
}

function placesByTerm(fields: readonly FieldTerms[], layout: readonly FieldPlace[]): Map<number, number[]> {
  const places = new Map<number, number[]>();
  fields.forEach((terms, field) => {
    const first = layout[field]?.first ?? 0;
    terms.forEach((term, index) => {
      if (term === undefined) return;
      const known = places.get(term);
      if (known) known.push(first + index);
      else places.set(term, [first + index]);
    });
  });
  return places;
}

/** Index of a number in an ascending list, or -1. */
function find(sorted: Int32Array, wanted: number): number {
  let low = 0;
  let high = sorted.length - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const value = sorted[middle] ?? 0;
    if (value === wanted) return middle;
    if (value < wanted) low = middle + 1;
    else high = middle - 1;
  }
  return -1;
}
