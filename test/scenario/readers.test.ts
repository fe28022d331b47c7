import { randomFrom } from '../support/clientsRandom.js';
import { Library } from '../support/library.js';
import type { Person } from '../support/library.js';
import type { ModelReader } from '../support/readersModel.js';
import { ReadersStory, WORD } from '../support/readersStory.js';
import { below } from '../support/statistics.js';

/** How many sequences are played, each with a seed of its own. */
const SEQUENCES = Number(process.env['CHANCERY_SEQUENCES'] ?? 3);
const SEED = Number(process.env['CHANCERY_SEED'] ?? 20261122);
const STEPS = 24;
/** After so many steps the index is waited for, and search has to find everything. */
const BREATH = 8;

const DOCUMENTS = 'query ($id: ID!) { documents(collectionId: $id, first: 200) { edges { node { id } } } }';
const COLLECTIONS = '{ collections(first: 200) { edges { node { id documentCount } } } labelUse { documents } }';
const SEARCH = `query ($input: SearchInput!) { search(input: $input) { total hits { document { id } } } }`;
const DOCUMENT = `query ($id: ID!, $version: Int) {
  document(id: $id, version: $version) { id version { number } versions(first: 100) { edges { node { number } } } parts { id } } }`;

interface Edges {
  readonly edges: readonly {
    readonly node: { readonly id: string; readonly documentCount: number; readonly number: number };
  }[];
}
interface Shown {
  readonly id: string;
  readonly version: { readonly number: number };
  readonly versions: Edges;
  readonly parts: readonly { readonly id: string }[];
}

let library: Library;

beforeAll(async () => {
  library = await Library.open({ CHANCERY_LIMIT_QUERY_COST: '999999' });
});

afterAll(() => library.close());

async function field<T>(person: Person, name: string, query: string, variables = {}): Promise<T | undefined> {
  const { data } = await person.ask(query, variables);
  return (data?.[name] ?? undefined) as T | undefined;
}

/** What lists and reads have to answer at this moment. */
async function lists(story: ReadersStory, reader: ModelReader, person: Person): Promise<void> {
  const { model, collections } = story;
  const entered = collections.filter((id) => model.mayEnter(reader, id)).sort();
  const { data } = await person.ask(COLLECTIONS);
  const shown = (data?.['collections'] as Edges).edges.map(({ node }) => [node.id, node.documentCount]);
  const counted = entered.map((id) => [id, model.readable(reader, id).length]);
  expect(shown.sort()).toEqual(counted.sort());
  const uses = data?.['labelUse'] as { documents: number }[];
  expect(uses.reduce((sum, { documents }) => sum + documents, 0)).toBe(model.readable(reader).length);
  for (const id of collections) {
    const found = await field<Edges>(person, 'documents', DOCUMENTS, { id });
    const expected = entered.includes(id) ? model.readable(reader, id) : undefined;
    expect(found?.edges.map(({ node }) => node.id).sort()).toEqual(expected);
  }
}

/** One paper, any of its versions, and its parts. */
async function reads(story: ReadersStory, reader: ModelReader, person: Person, random: () => number): Promise<void> {
  const { model } = story;
  const document = model.documents[below(model.documents.length, random)];
  if (!document) return;
  const version = random() < 0.5 ? undefined : 1 + below(document.labels.length, random);
  const shown = await field<Shown>(person, 'document', DOCUMENT, { id: document.id, version });
  const versions = model.versionsFor(reader, document);
  const wanted = version ?? document.labels.length;
  if (!model.mayRead(reader, document) || !versions.includes(wanted)) {
    expect(shown).toBeUndefined();
    return;
  }
  expect(shown?.version.number).toBe(wanted);
  expect(shown?.versions.edges.map(({ node }) => node.number)).toEqual(versions);
  expect(shown?.parts.map(({ id }) => id).sort()).toEqual(model.partsFor(reader, document.id));
}

/** Never more than may be read now; everything of it when the index has caught up. */
async function searches(story: ReadersStory, reader: ModelReader, person: Person, isComplete: boolean): Promise<void> {
  const allowed = story.model.readable(reader);
  for (const query of [WORD, '']) {
    const input = { query, first: 100 };
    const found = await field<{ total: number; hits: { document: { id: string } }[] }>(person, 'search', SEARCH, {
      input,
    });
    const ids = found?.hits.map(({ document }) => document.id).sort() ?? [];
    if (isComplete) expect(ids).toEqual(allowed);
    expect(ids.filter((id) => !allowed.includes(id))).toEqual([]);
    expect(found?.total).toBe(ids.length);
  }
}

/** Of all stories together: one of them may well show nothing, or hide nothing. */
const papers = { readable: 0, hidden: 0 };

async function play(seed: number): Promise<void> {
  const random = randomFrom(seed);
  const story = await ReadersStory.begin(library, random);
  const told: string[] = [];
  for (let step = 1; step <= STEPS; step += 1) {
    told.push(await story.step());
    const isComplete = step % BREATH === 0;
    if (isComplete) await story.indexed();
    try {
      for (const { model, person } of story.readers) {
        const readable = story.model.readable(model).length;
        papers.readable += readable;
        papers.hidden += story.model.documents.length - readable;
        await searches(story, model, person, isComplete);
        await lists(story, model, person);
        await reads(story, model, person, random);
      }
    } catch (error) {
      throw new Error(`seed ${String(seed)}, after: ${told.join(', ')}`, { cause: error });
    }
  }
}

describe('what readers find, list and read is what the rule says, at every moment', () => {
  const seeds = Array.from({ length: SEQUENCES }, (_, index) => SEED + index);

  test.each(seeds)('whatever is filed, raised, lowered, granted and withdrawn (seed %d)', async (seed) => {
    await play(seed);
  });

  test('and in these stories much was seen, and much was hidden', () => {
    expect(Math.min(papers.readable, papers.hidden)).toBeGreaterThan(0);
  });
});
