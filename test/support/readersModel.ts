import type { CategoryValues, Label } from '#policy';

import { policy } from './library.js';
import { below } from './statistics.js';

/** The rule of reading, written a second time and as plainly as it can be, so that the product is held against it. */

export interface ModelDocument {
  readonly id: string;
  collection: string;
  /** The document that it is a part of. */
  readonly whole: string | undefined;
  /** Labels of its versions, the first version first. */
  readonly labels: Label[];
  /** What its newest version says. */
  body: string;
}

export interface ModelReader {
  readonly personId: string;
  readonly postId: string;
  clearance: { readonly level: string; readonly categories: readonly CategoryValues[] } | undefined;
}

export interface ModelGrant {
  readonly id: string;
  readonly collection: string;
  readonly to: Readonly<Record<string, string>>;
}

const LEVELS = ['UNCLASSIFIED', 'RESTRICTED', 'CONFIDENTIAL', 'SECRET', 'TOP_SECRET'];
const COMPARTMENTS = ['CRYPTO', 'INTEL', 'NEGOTIATION'];
const STAFF = ['HOME_STAFF', 'LOCAL_STAFF', 'SECONDED_STAFF'];

const rankOf = (level: string): number => LEVELS.indexOf(level);
const valuesOf = (categories: readonly CategoryValues[], tag: string): readonly string[] =>
  categories.find((category) => category.tag === tag)?.values ?? [];

/** What there is, and what each reader may read of it. */
export class ReadersModel {
  readonly documents: ModelDocument[] = [];
  readonly grants: ModelGrant[] = [];

  /** @param above - the collection above each, where there is one */
  constructor(readonly above: Record<string, string | undefined>) {}

  isCleared({ clearance }: ModelReader, { level, categories }: Label): boolean {
    if (!clearance || rankOf(clearance.level) < rankOf(level)) return false;
    const held = (tag: string): readonly string[] => valuesOf(clearance.categories, tag);
    const compartments = valuesOf(categories, 'COMPARTMENT');
    if (compartments.some((value) => !held('COMPARTMENT').includes(value))) return false;
    const staff = valuesOf(categories, 'RELEASABLE_TO');
    return staff.length === 0 || staff.some((value) => held('RELEASABLE_TO').includes(value));
  }

  isGranted(reader: ModelReader, { to }: ModelGrant): boolean {
    return to['personId'] === reader.personId || to['postId'] === reader.postId || to['role'] === 'MEMBER';
  }

  mayEnter(reader: ModelReader, collection: string | undefined, by: readonly ModelGrant[] = this.grants): boolean {
    if (collection === undefined) return false;
    const own = by.some((grant) => grant.collection === collection && this.isGranted(reader, grant));
    return own || this.mayEnter(reader, this.above[collection], by);
  }

  mayRead(reader: ModelReader, document: ModelDocument): boolean {
    const whole = this.documents.find(({ id }) => id === document.whole);
    if (whole && !this.mayRead(reader, whole)) return false;
    return this.mayEnter(reader, document.collection) && this.isCleared(reader, labelOf(document));
  }

  /** Documents that are no parts, by id. */
  readable(reader: ModelReader, collection?: string): string[] {
    const inside = this.documents.filter((one) => collection === undefined || one.collection === collection);
    return inside
      .filter((one) => one.whole === undefined && this.mayRead(reader, one))
      .map(({ id }) => id)
      .sort();
  }

  partsFor(reader: ModelReader, whole: string): string[] {
    const parts = this.documents.filter((one) => one.whole === whole && this.mayRead(reader, one));
    return parts.map(({ id }) => id).sort();
  }

  /** Numbers of the versions that the reader may read, the newest first. */
  versionsFor(reader: ModelReader, { labels }: ModelDocument): number[] {
    return labels.flatMap((label, index) => (this.isCleared(reader, label) ? [index + 1] : [])).reverse();
  }
}

export function labelOf({ labels }: ModelDocument): Label {
  const newest = labels.at(-1);
  if (!newest) throw new Error('a document without a version');
  return newest;
}

const someOf = (values: readonly string[], share: number, random: () => number): string[] =>
  values.filter(() => random() < share);

function categoriesOf(compartments: readonly string[], staff: readonly string[]): CategoryValues[] {
  return [
    ...(compartments.length > 0 ? [{ tag: 'COMPARTMENT', values: compartments }] : []),
    ...(staff.length > 0 ? [{ tag: 'RELEASABLE_TO', values: staff }] : []),
  ];
}

export function randomLabel(random: () => number): Label {
  const categories = categoriesOf(someOf(COMPARTMENTS, 0.15, random), random() < 0.3 ? someOf(STAFF, 0.5, random) : []);
  return { policy: policy.id, level: LEVELS[below(4, random)] ?? 'SECRET', categories };
}

export function randomClearance(random: () => number): ModelReader['clearance'] {
  if (random() < 0.1) return undefined;
  const categories = categoriesOf(someOf(COMPARTMENTS, 0.5, random), someOf(STAFF, 0.5, random));
  return { level: LEVELS[below(LEVELS.length, random)] ?? 'SECRET', categories };
}

/** A label that restricts at least as much. */
export function raised({ policy: of, level, categories }: Label, random: () => number): Label {
  const rank = rankOf(level);
  const compartments = new Set([...valuesOf(categories, 'COMPARTMENT'), ...someOf(COMPARTMENTS, 0.2, random)]);
  const staff = valuesOf(categories, 'RELEASABLE_TO');
  const fewer = staff.length > 1 ? staff.slice(0, 1 + below(staff.length, random)) : staff;
  const next = LEVELS[Math.min(3, rank + below(2, random))] ?? level;
  return { policy: of, level: next, categories: categoriesOf([...compartments], fewer) };
}

/** A label that restricts at most as much. */
export function lowered({ policy: of, level, categories }: Label, random: () => number): Label {
  const compartments = someOf(valuesOf(categories, 'COMPARTMENT'), 0.5, random);
  const staff = valuesOf(categories, 'RELEASABLE_TO');
  const next = LEVELS[below(rankOf(level) + 1, random)] ?? level;
  return { policy: of, level: next, categories: categoriesOf(compartments, random() < 0.5 ? [] : staff) };
}

/** A clearance for everything. */
export const EVERYTHING = { level: 'TOP_SECRET', categories: categoriesOf(COMPARTMENTS, STAFF) };
