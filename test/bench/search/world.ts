import { randomUUID } from 'node:crypto';

import type { Label } from '#policy';

import { TestMinistry, must } from '../../support/ministry.js';
import type { TestPerson } from '../../support/ministry.js';
import type { Corpus } from './corpus.js';
import { READER, WRITER, manyLabels } from './marks.js';

const ROOTS = 8;
const COLLECTIONS = 40;
/** Of the collections, those that the reader holds a grant for. */
const GRANTED = 30;
const LABELS_OF_COLLECTION = 30;
const BATCH = 50;
/** Filing into one collection waits for its turn; several are filed into at once. */
const WRITERS = 2;
const POLL_MS = 50;
/** An index that has taken nothing in for so long has failed. */
const PATIENCE_MS = 120_000;

const CREATE = 'mutation ($input: CreateCollectionInput!) { createCollection(input: $input) { id } }';
const GRANT = 'mutation ($input: GrantInput!) { grantCollection(input: $input) { id } }';
const FILE = `mutation ($collectionId: ID!, $documents: [DocumentInput!]!) {
  fileDocuments(collectionId: $collectionId, documents: $documents) { __typename } }`;

interface Shelf {
  readonly id: string;
  readonly labels: readonly Label[];
}

/** A ministry with many collections and labels, of which the reader may read about half. */
export class World {
  private filed = 0;

  private constructor(
    private readonly ministry: TestMinistry,
    private readonly corpus: Corpus,
    private readonly writer: TestPerson,
    private readonly reader: TestPerson,
    private readonly shelves: readonly Shelf[],
    /** Collections that the reader needs to know. */
    readonly granted: readonly string[],
  ) {}

  static async found(url: string, corpus: Corpus): Promise<World> {
    const ministry = await TestMinistry.found({ url } as TestMinistry['server']);
    const writer = await ministry.enrol({ ...WRITER, roles: ['REGISTRAR', 'PLANNER'] });
    const reader = await ministry.enrol({ ...READER, roles: ['PLANNER'] });
    const shelves = await makeShelves(ministry, writer, corpus);
    const granted = shelves.slice(0, GRANTED).map(({ id }) => id);
    const grantees = [{ personId: reader.personId }, { postId: reader.postId }, { role: 'PLANNER' }];
    for (const [at, collectionId] of granted.entries()) {
      const input = { collectionId, access: 'READ', ...grantees[at % grantees.length] };
      must(await ministry.as(writer, GRANT, { input }));
    }
    return new World(ministry, corpus, writer, reader, shelves, granted);
  }

  /** Files papers until there are so many; the index may be behind. */
  async fileUpTo(count: number): Promise<void> {
    const work = async (): Promise<void> => {
      while (this.filed < count) {
        const first = this.filed;
        this.filed = Math.min(count, first + BATCH);
        await this.fileBatch(first, this.filed);
      }
    };
    await Promise.all(Array.from({ length: WRITERS }, work));
  }

  /** Resolves when everything filed can be found. */
  async indexed(): Promise<void> {
    let [least, since] = [Infinity, performance.now()];
    while (performance.now() - since < PATIENCE_MS) {
      const { indexPending } = must(await this.ministry.as(this.writer, '{ indexPending }')) as {
        indexPending: number;
      };
      if (indexPending === 0) return;
      if (indexPending < least) [least, since] = [indexPending, performance.now()];
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
    throw new Error('the index takes nothing in');
  }

  /** The reader asks. */
  async ask(query: string, variables: Record<string, unknown>): Promise<Record<string, unknown>> {
    return must(await this.ministry.as(this.reader, query, variables));
  }

  private async fileBatch(from: number, to: number): Promise<void> {
    const shelf = this.shelves[this.corpus.below(this.shelves.length)];
    if (!shelf) throw new Error('there is no collection');
    const documents = Array.from({ length: to - from }, (_, at) => ({
      ...this.corpus.paper(from + at),
      label: shelf.labels[this.corpus.below(shelf.labels.length)],
    }));
    const { fileDocuments } = must(await this.ministry.as(this.writer, FILE, { collectionId: shelf.id, documents }));
    const refused = (fileDocuments as { __typename: string }[]).some((one) => one.__typename !== 'FiledDocument');
    if (refused) throw new Error('a paper of the benchmark was refused');
  }
}

async function makeShelves(ministry: TestMinistry, writer: TestPerson, corpus: Corpus): Promise<Shelf[]> {
  const labels = manyLabels();
  const create = async (name: string, defaultLabel: unknown, parentId?: string): Promise<string> => {
    const input = { id: randomUUID(), name, defaultLabel, ...(parentId === undefined ? {} : { parentId }) };
    must(await ministry.as(writer, CREATE, { input }));
    return input.id;
  };
  const roots: string[] = [];
  for (let at = 0; at < ROOTS; at += 1) roots.push(await create(`Department ${String(at + 1)}`, labels[0]));
  const shelves: Shelf[] = [];
  for (let at = 0; at < COLLECTIONS; at += 1) {
    const id = await create(`Papers ${String(at + 1)}`, labels[0], roots[at % ROOTS]);
    const own = Array.from({ length: LABELS_OF_COLLECTION }, () => labels[corpus.below(labels.length)]);
    shelves.push({ id, labels: own.filter((label) => label !== undefined) });
  }
  return shelves;
}
