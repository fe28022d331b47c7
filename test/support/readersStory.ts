import type { Label } from '#policy';

import { Role } from '../../apps/api/src/access/index.js';
import type { Library, Person } from './library.js';
import { EVERYTHING, ReadersModel, labelOf, lowered, raised, randomClearance, randomLabel } from './readersModel.js';
import type { ModelDocument, ModelGrant, ModelReader } from './readersModel.js';
import { below } from './statistics.js';

/** Stands in every paper of every story. */
export const WORD = 'riverbank';
const TITLE = 'A paper';
const WITHDRAW = 'mutation WithdrawGrant($id: ID!) { withdrawGrant(id: $id) }';

const MOVE = 'mutation MoveDocuments($ids: [ID!]!, $to: ID!) { moveDocuments(documentIds: $ids, collectionId: $to) }';
const MOVE_COLLECTION = `mutation MoveCollection($id: ID!, $to: ID) {
  moveCollection(collectionId: $id, parentId: $to) { id } }`;

type Step = () => Promise<void>;

/** What saved searches are compared with: a document has changed, or a grant was given that there was not before. */
export type Happening = { readonly document: ModelDocument } | { readonly grant: ModelGrant };

/** One sequence of things that happen to papers, readers and grants, in the product and in the model alike. */
export class ReadersStory {
  readonly readers: { readonly model: ModelReader; readonly person: Person }[] = [];
  /** What has happened, in order; whoever looks at it may take it away. */
  readonly happened: Happening[] = [];

  private constructor(
    readonly library: Library,
    readonly model: ReadersModel,
    private readonly authors: readonly [Person, Person],
    private readonly random: () => number,
  ) {}

  static async begin(library: Library, random: () => number): Promise<ReadersStory> {
    const { level: cleared, categories } = EVERYTHING;
    const author = await library.person({ cleared, categories });
    const approver = await library.person({ cleared, categories });
    const upper = await library.collection(author);
    const lower = await library.collection(author, { parentId: upper });
    const other = await library.collection(author);
    for (const id of [upper, other]) await library.grant(author, id, { personId: approver.personId }, 'MANAGE');
    const model = new ReadersModel({ [upper]: undefined, [lower]: upper, [other]: undefined });
    const story = new ReadersStory(library, model, [author, approver], random);
    for (const postId of [`${upper} one`, `${upper} one`, `${upper} two`]) await story.#comesIn(postId);
    return story;
  }

  get collections(): string[] {
    return Object.keys(this.model.above);
  }

  /** The next thing that happens, by chance; says what it was. */
  async step(): Promise<string> {
    const steps: readonly (readonly [string, number, Step])[] = [
      ['file', 6, () => this.#file(undefined)],
      ['file a part', 3, () => this.#filePart()],
      ['raise', 3, () => this.#raise()],
      ['lower', 3, () => this.#lower()],
      ['grant', 4, () => this.#grant()],
      ['withdraw a grant', 2, () => this.#withdraw()],
      ['clear', 3, () => this.#clear()],
      ['move', 2, () => this.#move()],
      ['move a collection', 1, () => this.#moveCollection()],
    ];
    const drawn = steps.flatMap(([name, weight, step]) => Array.from({ length: weight }, () => ({ name, step })));
    const { name, step } = this.#pick(drawn) ?? { name: 'nothing', step: () => Promise.resolve() };
    await step();
    return name;
  }

  async indexed(): Promise<void> {
    await this.library.indexed(this.authors[0]);
  }

  async #comesIn(postId: string): Promise<void> {
    const clearance = randomClearance(this.random);
    const options = { roles: [Role.MEMBER], postId, categories: clearance?.categories ?? [] };
    const person = await this.library.person({ ...options, ...(clearance && { cleared: clearance.level }) });
    this.readers.push({ person, model: { personId: person.personId, postId, clearance } });
  }

  async #file(whole: ModelDocument | undefined): Promise<void> {
    const collection = whole?.collection ?? this.#pick(this.collections) ?? '';
    const label = whole ? raised(labelOf(whole), this.random) : randomLabel(this.random);
    const kind = whole ? 'other' : 'negotiation-brief';
    const place = whole ? { partOf: whole.id, slot: this.random() < 0.5 ? 'red-lines' : 'fallback' } : {};
    const body = `The ${WORD} in summer.`;
    const [filed] = await this.library.file(this.authors[0], collection, { title: TITLE, body, kind, label, ...place });
    const { documentId, outcome } = filed ?? {};
    if (documentId === undefined || outcome === undefined) return;
    const known = this.model.documents.find(({ id }) => id === documentId);
    const document = known ?? { id: documentId, collection, whole: whole?.id, labels: [], body };
    if (!known) this.model.documents.push(document);
    if (!known || outcome === 'REVISED') this.#changed(document, label, body);
  }

  async #filePart(): Promise<void> {
    const whole = this.#pick(this.model.documents.filter((one) => one.whole === undefined));
    if (whole) await this.#file(whole);
  }

  async #raise(): Promise<void> {
    const document = this.#pick(this.model.documents);
    if (!document) return;
    const label = raised(labelOf(document), this.random);
    const kind = document.whole === undefined ? 'negotiation-brief' : 'other';
    const body = `The ${WORD} in winter ${String(document.labels.length)}.`;
    const number = document.labels.length;
    const filed = await this.library.revise(this.authors[0], document.id, number, { title: TITLE, body, kind, label });
    if ((filed.refusal ?? undefined) === undefined && filed.versionNumber > number) {
      this.#changed(document, label, body);
    }
  }

  /** By request and approval; what would not be lower, or would uncover the whole, is refused and changes nothing. */
  async #lower(): Promise<void> {
    const document = this.#pick(this.model.documents);
    if (!document) return;
    const label = lowered(labelOf(document), this.random);
    const changed = await this.library
      .lower(this.authors, document.id, document.labels.length, label.level, label.categories)
      .then(() => true)
      .catch(() => false);
    if (changed) this.#changed(document, label, document.body);
  }

  async #grant(): Promise<void> {
    const collection = this.#pick(this.collections) ?? '';
    const reader = this.#pick(this.readers)?.model;
    if (!reader) return;
    const to = this.random() < 0.6 ? { personId: reader.personId } : { postId: reader.postId };
    const id = await this.library.grant(this.authors[0], collection, to);
    if (this.model.grants.some((known) => known.id === id)) return;
    const grant = { id, collection, to };
    this.model.grants.push(grant);
    this.happened.push({ grant });
  }

  async #withdraw(): Promise<void> {
    const grant = this.#pick(this.model.grants);
    if (!grant) return;
    await this.authors[0].get('withdrawGrant', WITHDRAW, { id: grant.id });
    this.model.grants.splice(this.model.grants.indexOf(grant), 1);
  }

  #clear(): Promise<void> {
    const reader = this.#pick(this.readers)?.model;
    if (reader) {
      reader.clearance = randomClearance(this.random);
      this.library.clear(reader.personId, reader.clearance?.level, reader.clearance?.categories ?? []);
    }
    return Promise.resolve();
  }

  /** Parts go with their whole. */
  async #move(): Promise<void> {
    const document = this.#pick(this.model.documents.filter(({ whole }) => whole === undefined));
    const to = this.#pick(this.collections) ?? '';
    if (!document || document.collection === to) return;
    await this.authors[0].get('moveDocuments', MOVE, { ids: [document.id], to });
    for (const one of this.model.documents) {
      if (one === document || one.whole === document.id) one.collection = to;
    }
    this.happened.push({ document });
  }

  /** The lower one, to the top or into another; whatever lies in it comes along. */
  async #moveCollection(): Promise<void> {
    const [upper = '', id = '', other = ''] = this.collections;
    const to = this.#pick([undefined, upper, other]);
    if (this.model.above[id] === to) return;
    await this.authors[0].get('moveCollection', MOVE_COLLECTION, { id, to });
    this.model.above[id] = to;
    for (const document of this.model.documents) {
      if (document.collection === id) this.happened.push({ document });
    }
  }

  #changed(document: ModelDocument, label: Label, body: string): void {
    document.labels.push(label);
    document.body = body;
    this.happened.push({ document });
  }

  #pick<T>(from: readonly T[]): T | undefined {
    return from[below(from.length, this.random)];
  }
}
