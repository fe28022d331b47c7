import { randomUUID } from 'node:crypto';

import { Module } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { DirectoryModule } from '../../apps/api/src/directory/index.js';
import { codesOf } from '../support/graphql.js';
import { FOUNDING_TOKEN, TestMinistry, fieldsOf, must } from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

const PEOPLE = `query ($first: Int, $after: String, $name: String, $postId: ID) {
  people(first: $first, after: $after, name: $name, postId: $postId) {
    edges { cursor node { id name post { name } devices { id revokedAt } roles clearance { level } } }
    pageInfo { endCursor hasNextPage }
  }
}`;
const CREATE_POST = 'mutation ($input: CreatePostInput!) { createPost(input: $input) { id name parent { name } } }';

/** Counts the questions to the database. */
@Module({})
class QueryCounter {
  static queries = 0;

  constructor(source: DataSource) {
    const create = source.createQueryRunner.bind(source);
    source.createQueryRunner = (mode) => {
      QueryCounter.queries += 1;
      return create(mode);
    };
  }
}

describe('posts and people', () => {
  let server: TestServer;
  let ministry: TestMinistry;
  const post = (rest: object = {}) => ({
    id: randomUUID(),
    name: 'Embassy',
    kind: 'MISSION',
    country: 'FR',
    timeZone: 'Europe/Paris',
    ...rest,
  });
  const create = (input: object) => ministry.as(ministry.officer, CREATE_POST, { input });

  beforeAll(async () => {
    server = await startServer({
      features: [DirectoryModule, QueryCounter],
      environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN },
    });
    ministry = await TestMinistry.found(server);
  });
  afterAll(() => server.stop());

  test('a mission has a country, a time zone and a parent; the same again changes nothing', async () => {
    const input = post({ parentId: ministry.officer.postId });
    expect(must(await create(input))).toMatchObject({ createPost: { parent: { name: 'Administration' } } });
    expect(must(await create(input))).toEqual(must(await create(input)));
    expect(codesOf(await create({ ...input, name: 'Consulate' }))).toEqual(['CONFLICT']);
  });

  test.each<[string, object]>([
    ['input.id', { id: 'x' }],
    ['input.name', { name: '' }],
    ['input.country', { country: null }],
    ['input.country', { country: 'XX' }],
    ['input.timeZone', { timeZone: 'Europe/Atlantis' }],
    ['input.parentId', { parentId: randomUUID() }],
  ])('a post names the field that is wrong: %s', async (field, rest) => {
    const answer = await create(post(rest));
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([['BAD_INPUT'], [field]]);
  });

  test('pages follow one another without loss or repetition, while others arrive', async () => {
    for (const name of ['Bern', 'Cairo', 'Ankara', 'Delhi', 'Bern']) must(await create(post({ name })));
    const query =
      'query ($after: String) { posts(first: 2, after: $after) { edges { node { id name } } pageInfo { endCursor hasNextPage } } }';
    const names: string[] = [];
    let after: string | null = null;
    for (;;) {
      const { posts } = must(await ministry.as(ministry.officer, query, { after })) as {
        posts: { edges: { node: { name: string } }[]; pageInfo: { endCursor: string; hasNextPage: boolean } };
      };
      names.push(...posts.edges.map(({ node }) => node.name));
      if (!posts.pageInfo.hasNextPage) break;
      after = posts.pageInfo.endCursor;
      if (names.length === 2) must(await create(post({ name: 'Aarhus' })));
    }
    expect(names).toEqual(['Administration', 'Ankara', 'Bern', 'Bern', 'Cairo', 'Delhi', 'Embassy']);
    expect(codesOf(await ministry.as(ministry.officer, query, { after: 'nonsense' }))).toEqual(['BAD_CURSOR']);
  });

  test('people are found by name and post, and their clearance is for those who may know it', async () => {
    const embassy = post({ name: 'Embassy in Rome', country: 'IT', timeZone: 'Europe/Rome' });
    must(await create(embassy));
    const anna = await ministry.enrol({ name: 'Anna Ünal', postId: embassy.id });
    const boris = await ministry.enrol({ name: 'Boris 100%', level: 'CONFIDENTIAL' });
    const names = async (who: TestPerson, variables: Record<string, unknown>) => {
      const { people } = must(await ministry.as(who, PEOPLE, variables)) as {
        people: { edges: { node: { name: string; clearance: { level: string } | null } }[] };
      };
      return people.edges.map(({ node }) => [node.name, node.clearance?.level ?? null]);
    };
    expect(await names(ministry.officer, { name: 'ünal' })).toEqual([['Anna Ünal', 'SECRET']]);
    expect(await names(ministry.officer, { name: '%' })).toEqual([['Boris 100%', 'CONFIDENTIAL']]);
    expect(await names(boris, {})).toEqual([
      ['Anna Ünal', null],
      ['Boris 100%', 'CONFIDENTIAL'],
      ['First Officer', null],
    ]);
    expect(await names(anna, { postId: embassy.id })).toEqual([['Anna Ünal', 'SECRET']]);
    const person = 'query ($id: ID!) { person(id: $id) { name } }';
    expect(must(await ministry.as(anna, person, { id: boris.personId }))).toEqual({ person: { name: 'Boris 100%' } });
    for (const id of [randomUUID(), 'nobody', '\0']) {
      expect(must(await ministry.as(anna, person, { id }))).toEqual({ person: null });
      expect(await names(anna, { postId: id })).toEqual([]);
    }
    expect(await names(anna, { name: '\0' })).toEqual([]);
  });

  test('a page of people asks the database as often for many as for few', async () => {
    for (let i = 0; i < 6; i++) await ministry.enrol({ name: `Clerk ${String(i)}` });
    const cost = async (first: number): Promise<number> => {
      must(await ministry.as(ministry.officer, PEOPLE, { first }));
      const before = QueryCounter.queries;
      must(await ministry.as(ministry.officer, PEOPLE, { first }));
      return QueryCounter.queries - before;
    };
    const [one, many] = [await cost(1), await cost(8)];
    expect(many).toBe(one);
    expect(many).toBeLessThanOrEqual(5);
  });
});
