import fs from 'node:fs';

import type { GraphQLSchema } from 'graphql';

import { rulesOf } from '../../apps/api/src/access/index.js';
import { buildServerSchema, resolverClasses } from '../../apps/api/src/schema.js';
import { CANARY, READERS } from '../support/canaryPapers.js';
import { CanaryWorld, FILLING_MS } from '../support/canaryWorld.js';
import { absent, hiddenIn, questionValues, secretsIn } from '../support/canaryValues.js';
import type { Care, Things } from '../support/canaryValues.js';
import { describeMeilisearch, describePostgres } from '../support/engines.js';
import type { Engine } from '../support/engines.js';
import { questionsOf, rootsOf } from '../support/questions.js';
import type { Question } from '../support/questions.js';
import { everythingIn, partingOf, textOf } from '../support/sameAnswers.js';

/** End the session that asks. */
const ENDING = new Set(['closeSession', 'renewSession']);
/** Who may read everything. */
const AUTHORS = [11, 12];
/** Everything with every value, which takes minutes; else every value for searches, and ids for everything else. */
const ALL = process.env['CHANCERY_CANARY'] === 'all';
/** Readers with WRITE and with MANAGE in a collection that holds secrets. */
const WRITERS = [22, 23];
/** The reader who is asked with every value of everything. */
const THOROUGH = 22;
/** Queries of the knowledge base that name no paper: people, numbers, and words of the whole ministry. */
const ABOUT_NO_PAPER = ['commentReaders', 'documentKinds', 'indexPending', 'labelUse', 'synonyms', 'unseenNotices'];

/** Areas that know of no paper, or have tests of their own for what they tell; a new one belongs here, with its test. */
const OTHER_AREAS = ['audit', 'delivery', 'directory', 'upkeep'];

type Kind = 'query' | 'mutation';

/** One answer that tells something; of each operation one is shown. */
interface Wrong {
  readonly name: string;
  readonly text: string;
}

const rules = rulesOf(resolverClasses());
let schema: GraphQLSchema;

beforeAll(async () => {
  schema = await buildServerSchema();
});

const isOfKnowledge = (name: string): boolean => {
  const rule = rules.get(name as `${string}.${string}`);
  return rule?.kind === 'permission' && rule.permission.startsWith('knowledge.');
};

/** What is asked, and by whom. */
interface Scope {
  readonly fields: RegExp;
  readonly readers: readonly number[];
  /** Who try to write, too. */
  readonly writers: readonly number[];
}

const EVERYTHING: Scope = { fields: /^/, readers: READERS.map(({ id }) => id), writers: ALL ? WRITERS : [23] };
/** What another engine may answer in another way is asked by fewer. */
const QUERIES: Scope = { fields: /^/, readers: WRITERS, writers: [] };
/** What is asked with every value. */
const SEARCHES = /search|suggest|similar/i;

function twinWorlds({ environment }: Engine, scope: Scope): void {
  let plain: CanaryWorld;
  let secret: CanaryWorld;
  let things: Things;
  const log: string[] = [];
  const writeSync = fs.writeSync;

  /** What the servers of this process write to their log. */
  const listen = (): void => {
    fs.writeSync = ((...args: Parameters<typeof fs.writeSync>) => {
      if (args[0] !== 2) return writeSync(...args);
      const line = Buffer.from(args[1] as string | Uint8Array);
      log.push(line.toString());
      return line.length;
    }) as typeof fs.writeSync;
  };

  const questions = (world: CanaryWorld, kind: Kind, known: Things, isThorough = false): Question[] => {
    const care = (name: string): Care => {
      if (isThorough && (ALL || SEARCHES.test(name))) return 'thorough';
      return isOfKnowledge(name) ? 'ids' : 'little';
    };
    const all = questionsOf(rootsOf(schema)[kind], questionValues(world, known, care));
    return all.filter(({ field }) => !ENDING.has(field) && scope.fields.test(field));
  };

  /** What those who may read everything are answered. */
  const authorsAnswer = async (known: Things, authors: readonly number[]): Promise<Map<string, string[]>> => {
    const answers = new Map<string, string[]>();
    for (const question of questions(secret, 'query', known)) {
      for (const id of authors) {
        const { body } = await secret.answer(secret.person(id), question);
        answers.set(question.name, [...(answers.get(question.name) ?? []), body]);
      }
    }
    return answers;
  };

  beforeAll(async () => {
    listen();
    const settings = { ...environment(), CHANCERY_LOG_LEVEL: 'debug' };
    [plain, secret] = await CanaryWorld.twins(settings);
    things = hiddenIn(secret, [...(await authorsAnswer({}, AUTHORS.slice(0, 1))).values()].flat());
  }, FILLING_MS);

  afterAll(async () => {
    await Promise.all([plain.stop(), secret.stop()]);
    fs.writeSync = writeSync;
  });

  /** Differences between the answers of both worlds, and whatever of a secret stands in those of the secret one. */
  const compare = async (reader: number, kind: Kind): Promise<string[]> => {
    const wrong: Wrong[] = [];
    const isThorough = reader === THOROUGH && kind === 'query';
    const others = questions(plain, kind, absent(things), isThorough);
    for (const [index, question] of questions(secret, kind, things, isThorough).entries()) {
      const other = others[index];
      if (other?.name !== question.name) throw new Error(`the worlds are asked different questions: ${question.name}`);
      const [expected, found] = await Promise.all([
        plain.answer(plain.person(reader), other),
        secret.answer(secret.person(reader), question),
      ]);
      const [left, right] = [textOf(expected), textOf(found)];
      const asked = `${question.name} ${JSON.stringify(question.variables)}`;
      if (left !== right) wrong.push({ name: question.name, text: `${asked}${partingOf(left, right)}` });
      for (const word of secretsIn(found.body + found.headers, question.variables, things))
        wrong.push({ name: question.name, text: `${asked} tells ${word}: ${found.body.slice(0, 500)}` });
    }
    return [...new Map(wrong.map(({ name, text }) => [name, text])).values()];
  };

  test('whoever may read the secret papers finds them through every query of the knowledge base', async () => {
    const silent = [...(await authorsAnswer(things, AUTHORS))]
      .filter(([name]) => isOfKnowledge(name) && !ABOUT_NO_PAPER.includes(name.replace('Query.', '')))
      .filter(([, answers]) => !answers.some((answer) => tells(answer, things)))
      .map(([name]) => name);
    expect(silent).toEqual([]);
  });

  const among = (ids: readonly number[]) => READERS.filter(({ id }) => ids.includes(id));

  test.each(among(scope.readers))(
    'a reader $name gets the answers that there would be without the secret papers',
    async ({ id }) => {
      expect(await compare(id, 'query')).toEqual([]);
    },
  );

  if (scope.writers.length > 0)
    test.each(among(scope.writers))('a reader $name can do what could be done without them', async ({ id }) => {
      expect(await compare(id, 'mutation')).toEqual([]);
    });

  test('health and metrics name nothing', async () => {
    for (const path of ['health/live', 'health/ready', 'metrics']) {
      const said = everythingIn(await (await fetch(`${secret.server.url}/${path}`)).text());
      expect([CANARY, ...Object.values(things)].filter((word) => said.includes(word))).toEqual([]);
    }
  });

  test('the log holds nothing that people wrote', () => {
    expect(log.length).toBeGreaterThan(0);
    expect(log.filter((line) => everythingIn(line).includes(CANARY))).toEqual([]);
  });
}

const tells = (answer: string, things: Things): boolean =>
  [CANARY, ...Object.values(things)].some((word) => everythingIn(answer).includes(word));

test('every query and mutation is of an area that is known', () => {
  const areas = [...rules.values()].flatMap((rule) =>
    rule.kind === 'permission' ? [rule.permission.split('.')[0] ?? ''] : [],
  );
  expect([...new Set(areas)].toSorted()).toEqual([...OTHER_AREAS, 'knowledge'].toSorted());
});

describePostgres('canary matrix', (engine) => {
  twinWorlds(engine, EVERYTHING);
});

describeMeilisearch('canary matrix', (engine) => {
  twinWorlds(engine, QUERIES);
});
