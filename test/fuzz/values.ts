import type { Random } from '../scenario/mls/random.js';
import { mutateBytes, randomBytesOf } from './bytes.js';

type Fields = Readonly<Record<string, unknown>>;

/** Parts of decoded messages by the place that held them, to be put into the same place of other messages. */
export class Parts {
  private readonly byPlace = new Map<string, unknown[]>();

  absorb(value: unknown, place = ''): void {
    if (place !== '') this.known(place).push(value);
    for (const { part, place: inner } of partsIn(value, place)) this.absorb(part, inner);
  }

  /** Something that stood in this place; `undefined` among it where it is optional. */
  pick(random: Random, place: string, otherwise: unknown): unknown {
    const known = this.byPlace.get(place);
    return known === undefined ? otherwise : known[random.below(known.length)];
  }

  private known(place: string): unknown[] {
    const list = this.byPlace.get(place) ?? [];
    this.byPlace.set(place, list);
    return list;
  }
}

/** A place is a field of a structure of one shape: the same names mean other things in other structures. */
function partsIn(value: unknown, place: string): { step: string | number; part: unknown; place: string }[] {
  return stepsIn(value).map(([step, part]) => ({ step, part, place: placeOf(value, step, place) }));
}

function stepsIn(value: unknown): readonly (readonly [step: string | number, part: unknown])[] {
  if (Array.isArray(value)) return value.map((part: unknown, step) => [step, part] as const);
  return isFields(value) ? Object.entries(value).filter(([name]) => name !== 'kind' && name !== 'wireFormat') : [];
}

function placeOf(value: unknown, step: string | number, place: string): string {
  if (!isFields(value)) return `${place}[]`;
  return `${typeof value['kind'] === 'string' ? value['kind'] : ''}{${Object.keys(value).join()}}.${step}`;
}

/**
 * A decoded structure with one to some of its parts changed: it keeps its shape, so that it can be encoded, signed and
 * tagged again, and the rules behind the decoder and the signature are reached.
 */
export function mutateValue<T>(random: Random, value: T, parts: Parts): T {
  let mutant: unknown = value;
  do {
    const at = random.below(sizeOf(mutant) - 1);
    mutant = replacePart(mutant, at + 1, '', (part, place) => mutatePart(random, part, place, parts));
  } while (random.chance(0.3));
  return mutant as T;
}

/** How many parts a structure has, itself included; `kind` goes with its whole. */
function sizeOf(value: unknown): number {
  let size = 1;
  if (Array.isArray(value)) for (const part of value) size += sizeOf(part);
  else if (isFields(value)) {
    for (const name in value) if (name !== 'kind' && name !== 'wireFormat') size += sizeOf(value[name]);
  }
  return size;
}

/** Changes the part with a number, counted from the whole, which is 0, into the depth. */
function replacePart(
  value: unknown,
  at: number,
  place: string,
  change: (part: unknown, place: string) => unknown,
): unknown {
  if (at === 0) return change(value, place);
  let left = at - 1;
  for (const [step, part] of stepsIn(value)) {
    const size = sizeOf(part);
    if (left < size) return withPart(value, step, replacePart(part, left, placeOf(value, step, place), change));
    left -= size;
  }
  throw new RangeError('no such part');
}

function withPart(value: unknown, step: string | number, part: unknown): unknown {
  if (!Array.isArray(value)) return { ...(value as Fields), [step]: part };
  const copy: unknown[] = value.slice();
  copy[step as number] = part;
  return copy;
}

function mutatePart(random: Random, part: unknown, place: string, parts: Parts): unknown {
  if (random.chance(0.25)) return parts.pick(random, place, part);
  if (part instanceof Uint8Array) return mutateOpaque(random, part, parts.pick(random, place, part) as Uint8Array);
  if (typeof part === 'number') return mutateNumber(random, part);
  if (typeof part === 'bigint')
    return BigInt.asUintN(64, random.pick([0n, 2n ** 64n - 1n, 2n ** 53n, part + 1n, part - 1n]));
  if (Array.isArray(part)) return mutateList(random, part, parts.pick(random, `${place}[]`, part[0]));
  return parts.pick(random, place, part);
}

function mutateOpaque(random: Random, bytes: Uint8Array, other: Uint8Array | undefined): Uint8Array {
  if (random.chance(0.1)) return new Uint8Array(0);
  if (random.chance(0.2)) return randomBytesOf(random, bytes.length);
  return mutateBytes(random, bytes, other ?? bytes);
}

function mutateNumber(random: Random, value: number): number {
  const near = value + random.pick([-2, -1, 1, 2]);
  const chosen = random.chance(0.5) ? near : random.pick([0, 1, 2, 3, 7, 8, 0xffff, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1]);
  return chosen >>> 0;
}

function mutateList(random: Random, list: readonly unknown[], other: unknown): unknown[] {
  const at = random.below(Math.max(1, list.length));
  switch (random.below(5)) {
    case 0:
      return list.toSpliced(at, 1);
    case 1:
      return list.length === 0 ? [] : list.toSpliced(at, 0, list[at]);
    case 2:
      return other === undefined ? [] : list.toSpliced(at, 0, other);
    case 3:
      return list.toReversed();
    default:
      return list.length === 0
        ? []
        : list.toSpliced(at, 0, ...Array.from({ length: 1 + random.below(20) }, () => list[at]));
  }
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !(value instanceof Uint8Array) && !Array.isArray(value);
}
