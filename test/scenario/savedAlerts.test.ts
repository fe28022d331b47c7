import { randomUUID } from 'node:crypto';

import { AlertsModel } from '../support/alertsModel.js';
import type { ModelSearch } from '../support/alertsModel.js';
import { randomFrom } from '../support/clientsRandom.js';
import { describeEachEngine } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { Library } from '../support/library.js';
import type { Person } from '../support/library.js';
import { sql } from '../support/ministry.js';
import { ReadersStory, WORD } from '../support/readersStory.js';
import { below } from '../support/statistics.js';
import { until } from '../support/until.js';

/** How many sequences are played with each engine, each with a seed of its own. */
const SEQUENCES = Number(process.env['CHANCERY_SEQUENCES'] ?? 3);
const SEED = Number(process.env['CHANCERY_SEED'] ?? 20261122);
const BURSTS = 14;
/** Steps that follow each other at once, so that alerts are given while the world changes. */
const LONGEST_BURST = 4;
/** The second one stands in papers that were changed, alone. */
const WORDS = [WORD, 'winter'];

const SAVE = 'mutation ($input: SavedSearchInput!) { saveSearch(input: $input) { id } }';
const DELETE = 'mutation ($id: ID!) { deleteSavedSearch(id: $id) }';
const NOTICES =
  '{ unseenNotices myNotices(first: 100) { edges { node { kind documentId subject document { id } } } } }';

interface Shown {
  readonly unseenNotices: number;
  readonly myNotices: {
    readonly edges: readonly {
      readonly node: { kind: string; documentId: string; subject: string; document: { id: string } | null };
    }[];
  };
}

/** A story of papers and readers, who keep searches. */
class AlertsStory {
  readonly told: string[] = [];
  /** Alerts that had to come, and those given that somebody may no longer read. */
  readonly counts = { given: 0, hidden: 0 };
  #given: ReadonlySet<string> = new Set();

  private constructor(
    private readonly story: ReadersStory,
    private readonly alerts: AlertsModel,
    private readonly random: () => number,
  ) {}

  static async begin(library: Library, random: () => number): Promise<AlertsStory> {
    const story = await ReadersStory.begin(library, random);
    const alerts = new AlertsStory(story, new AlertsModel(story.model), random);
    for (const { person, model } of story.readers) await alerts.#save(person, model);
    return alerts;
  }

  /** Some steps one after the other, then what has come of them. */
  async burst(): Promise<void> {
    const steps = 1 + below(LONGEST_BURST, this.random);
    for (let step = 0; step < steps; step += 1) {
      this.told.push(await this.#step());
      this.alerts.look(this.story.happened.splice(0));
    }
    await this.#settled();
    await this.#compareGiven();
    for (const { person, model } of this.story.readers) await this.#compareShown(person, model.personId);
    this.told.push('settled');
  }

  async #step(): Promise<string> {
    const drawn = this.random();
    const one = this.story.readers[below(this.story.readers.length, this.random)];
    if (one && drawn < 0.08) {
      await this.#save(one.person, one.model);
      return 'save a search';
    }
    const [search] = this.alerts.searches;
    if (search && drawn < 0.12) {
      const owner = this.story.readers.find(({ model }) => model === search.reader);
      await owner?.person.get('deleteSavedSearch', DELETE, { id: search.id });
      this.alerts.searches.shift();
      return 'delete a search';
    }
    return this.story.step();
  }

  async #save(person: Person, reader: ModelSearch['reader']): Promise<void> {
    const search = { id: randomUUID(), reader, word: WORDS[below(WORDS.length, this.random)] ?? WORD };
    const input = { id: search.id, name: search.id, search: { query: search.word }, alerts: true };
    await person.get('saveSearch', SAVE, { input });
    this.alerts.searches.push(search);
  }

  /** Resolves when nothing that follows from what was done waits any more. */
  #settled(): Promise<void> {
    return until(async () => {
      const [left] = await sql<{ count: number }>(
        this.story.library.server,
        `SELECT (SELECT count(*) FROM job WHERE kind IN ('documents.happened', 'savedSearches.alert'))::integer
           + (SELECT count(*) FROM index_outbox)::integer AS count`,
      );
      return left?.count === 0;
    });
  }

  async #compareGiven(): Promise<void> {
    const people = this.story.readers.map(({ model }) => model.personId);
    const rows = await sql<{ alert: string }>(
      this.story.library.server,
      `SELECT subject || ' ' || document_id AS alert FROM notice WHERE kind = 'FOUND' AND person_id = ANY($1)`,
      [people],
    );
    const given = new Set(rows.map(({ alert }) => alert));
    const { must, may } = this.alerts.settle();
    const isKnown = (alert: string): boolean => this.#given.has(alert);
    expect({
      twice: rows.length - given.size,
      lost: [...must, ...this.#given].filter((alert) => !given.has(alert)),
      unfounded: [...given].filter((alert) => !isKnown(alert) && !may.has(alert)),
    }).toEqual({ twice: 0, lost: [], unfounded: [] });
    this.counts.given += must.size;
    this.#given = given;
  }

  /** An alert is shown, and counted, while its document may be read. */
  async #compareShown(person: Person, personId: string): Promise<void> {
    const { model, readers } = this.story;
    const reader = readers.find((one) => one.model.personId === personId)?.model;
    const rows = await sql<{ subject: string; id: string }>(
      this.story.library.server,
      `SELECT subject, document_id AS id FROM notice WHERE kind = 'FOUND' AND person_id = $1`,
      [personId],
    );
    const isReadable = (id: string): boolean =>
      model.documents.some((document) => document.id === id && reader !== undefined && model.mayRead(reader, document));
    const expected = rows.filter(({ id }) => isReadable(id)).map(({ subject, id }) => `${subject} ${id} ${id}`);
    const { data } = await person.ask(NOTICES);
    const { unseenNotices, myNotices } = data as unknown as Shown;
    const shown = myNotices.edges.map(({ node }) => `${node.subject} ${node.documentId} ${node.document?.id ?? ''}`);
    expect(shown.toSorted()).toEqual(expected.toSorted());
    expect(unseenNotices).toBe(expected.length);
    this.counts.hidden += rows.length - expected.length;
  }
}

function tellsOnce({ environment }: Engine): void {
  let library: Library;
  let [given, hidden] = [0, 0];

  beforeAll(async () => {
    library = await Library.open({ CHANCERY_LIMIT_QUERY_COST: '999999', ...environment() });
  });

  afterAll(() => library.close());

  const seeds = Array.from({ length: SEQUENCES }, (_, index) => SEED + index);

  test.each(seeds)('of what may be read when it is told, and of nothing else (seed %d)', async (seed) => {
    const story = await AlertsStory.begin(library, randomFrom(seed));
    for (let burst = 0; burst < BURSTS; burst += 1) {
      await story.burst().catch((cause: unknown) => {
        throw new Error(`seed ${String(seed)}, after: ${story.told.join(', ')}`, { cause });
      });
    }
    given += story.counts.given;
    hidden += story.counts.hidden;
  });

  test('stories in which nothing is told, or nothing is hidden again, show nothing: these do', () => {
    expect(Math.min(given, hidden)).toBeGreaterThan(0);
  });
}

describeEachEngine('a saved search tells once', tellsOnce);
