import type { ModelDocument, ModelGrant, ModelReader } from './readersModel.js';
import type { ReadersModel } from './readersModel.js';
import type { Happening } from './readersStory.js';

/** A search that somebody keeps, with alerts. */
export interface ModelSearch {
  readonly id: string;
  readonly reader: ModelReader;
  /** One word; a document is found when it, or a part of it that its reader may read, says it. */
  readonly word: string;
}

/** One alert: of which search, about which document. */
const alertOf = ({ id }: ModelSearch, documentId: string): string => `${id} ${documentId}`;

interface Pending {
  readonly happening: Happening;
  /** What it would tell of at every moment since, and at some moment. */
  always: ReadonlySet<string> | undefined;
  readonly ever: Set<string>;
}

/**
 * Which alerts there have to be, written a second time and plainly. They are given some time after what they tell of: what
 * would be told at every moment until then has to be there, what would be told at no moment must not.
 */
export class AlertsModel {
  readonly searches: ModelSearch[] = [];
  #pending: Pending[] = [];

  constructor(private readonly readers: ReadersModel) {}

  /** After each step, what happened in it. */
  look(happened: readonly Happening[]): void {
    this.#pending.push(...happened.map((happening) => ({ happening, always: undefined, ever: new Set<string>() })));
    const given = this.#pending.flatMap(({ happening }) => ('grant' in happening ? [happening.grant.id] : []));
    for (const one of this.#pending) {
      // grants may be looked at together or one after the other
      for (const alert of this.#toldOf(one.happening, given)) one.ever.add(alert);
      const surely = this.#toldOf(one.happening, 'grant' in one.happening ? [one.happening.grant.id] : []);
      one.always = new Set(surely.filter((alert) => one.always?.has(alert) ?? true));
    }
  }

  /** What has to have been told since it was asked last, and what may have been. */
  settle(): { readonly must: ReadonlySet<string>; readonly may: ReadonlySet<string> } {
    const must = new Set(this.#pending.flatMap(({ always }) => [...(always ?? [])]));
    const may = new Set(this.#pending.flatMap(({ ever }) => [...ever]));
    this.#pending = [];
    return { must, may };
  }

  #toldOf(happening: Happening, given: readonly string[]): string[] {
    return this.searches.flatMap((search) => {
      const documents =
        'document' in happening
          ? [happening.document].filter((one) => this.readers.mayRead(search.reader, one))
          : this.#newlyRead(search.reader, happening.grant, given);
      const wholes = documents.map(({ id, whole }) => whole ?? id);
      return wholes.filter((id) => this.#finds(search, id)).map((id) => alertOf(search, id));
    });
  }

  /** What somebody reads by a new grant, and read by none of those that there were before. */
  #newlyRead(reader: ModelReader, grant: ModelGrant, given: readonly string[]): ModelDocument[] {
    const isHeld = this.readers.grants.includes(grant) && this.readers.isGranted(reader, grant);
    const before = this.readers.grants.filter(({ id }) => !given.includes(id));
    return this.readers.documents.filter(
      (one) =>
        isHeld &&
        one.whole === undefined &&
        this.readers.mayRead(reader, one) &&
        this.readers.mayEnter(reader, one.collection, [grant]) &&
        !this.readers.mayEnter(reader, one.collection, before),
    );
  }

  #finds({ reader, word }: ModelSearch, wholeId: string): boolean {
    const family = this.readers.documents.filter(({ id, whole }) => id === wholeId || whole === wholeId);
    return family.some((one) => this.readers.mayRead(reader, one) && one.body.includes(word));
  }
}
