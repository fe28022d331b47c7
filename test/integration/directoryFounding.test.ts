import { randomUUID } from 'node:crypto';

import { Module } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';

import { genericMinistry, parsePolicy } from '#policy';
import { generateSigningKeyPair, ready, sha256 } from '#primitives';

import { DirectoryModule, FoundingToken } from '../../apps/api/src/directory/index.js';
import { ask, codesOf } from '../support/graphql.js';
import {
  FOUND,
  FOUNDING_TOKEN,
  MINISTRY,
  byIdentity,
  enrol,
  foundingInput,
  makePerson,
  must,
  sql,
  startDirectory,
  fieldsOf,
} from '../support/ministry.js';
import type { TestPerson } from '../support/ministry.js';
import { startServer } from '../support/server.js';
import type { TestServer } from '../support/server.js';

/** Asks for the token twice, as two starts would. */
@Module({})
class TokenProbe implements OnApplicationBootstrap {
  static readonly issued: (string | undefined)[] = [];

  constructor(private readonly token: FoundingToken) {}

  async onApplicationBootstrap(): Promise<void> {
    TokenProbe.issued.push(await this.token.issue(), await this.token.issue());
  }
}

beforeAll(() => ready());

describe('founding', () => {
  let server: TestServer;
  let officer: TestPerson;
  const root = () => generateSigningKeyPair();
  const found = (input: object) => ask(server, FOUND, { input });

  beforeAll(async () => {
    server = await startDirectory();
    officer = makePerson('First Officer', randomUUID());
  });
  afterAll(() => server.stop());

  test('before it there is no ministry', async () => {
    expect(must(await ask(server, MINISTRY))).toEqual({ ministry: null });
  });

  test('needs the token', async () => {
    const answer = await found(foundingInput(officer, root(), 'something else entirely'));
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([['FOUNDING_TOKEN_INVALID'], ['input.foundingToken']]);
  });

  test.each<[string, string, (input: ReturnType<typeof foundingInput>) => object]>([
    ['input.policy', 'POLICY_INVALID', (input) => ({ ...input, policy: `${input.policy} ` })],
    ['input.policy', 'POLICY_INVALID', (input) => ({ ...input, policy: '{}' })],
    [
      'input.policy',
      'POLICY_INVALID',
      (input) => ({ ...input, policy: input.policy.replace('Generic ministry', 'Another') }),
    ],
    ['input.name', 'BAD_INPUT', (input) => ({ ...input, name: 'Ministry of Magic' })],
    ['input.statements', 'BAD_INPUT', (input) => ({ ...input, statements: input.statements.slice(0, 4) })],
    ['input.statements', 'BAD_INPUT', (input) => ({ ...input, statements: input.statements.toReversed() })],
    ['input.posts', 'BAD_INPUT', (input) => ({ ...input, posts: [] })],
    [
      'input.posts',
      'BAD_INPUT',
      (input) => ({ ...input, posts: input.posts.map((post) => ({ ...post, id: randomUUID() })) }),
    ],
    [
      'input.posts.0.timeZone',
      'BAD_INPUT',
      (input) => ({ ...input, posts: input.posts.map((post) => ({ ...post, timeZone: 'Mars' })) }),
    ],
    [
      'input.statements.1',
      'STATEMENT_INVALID',
      (input) => ({ ...input, statements: input.statements.with(1, foundingInput(officer, root()).statements[1]!) }),
    ],
    [
      'input.statements',
      'BAD_INPUT',
      (input) => ({
        ...input,
        statements: input.statements.with(2, byIdentity(enrol(makePerson('X', officer.postId)), officer)),
      }),
    ],
    [
      'input.statements.0',
      'STATEMENT_INVALID',
      (input) => ({ ...input, statements: input.statements.with(0, 'AAAA') }),
    ],
  ])('names what does not fit: %s, %s', async (field, code, change) => {
    const answer = await found(change(foundingInput(officer, root())));
    expect([codesOf(answer), fieldsOf(answer)]).toEqual([[code], [field]]);
    expect(must(await ask(server, MINISTRY))).toEqual({ ministry: null });
  });

  test('happens once, however many try at the same time', async () => {
    const attempts = Array.from({ length: 5 }, () => foundingInput(makePerson('Officer', randomUUID()), root()));
    const answers = await Promise.all(attempts.map((input) => found(input)));
    expect(answers.map((answer) => codesOf(answer)[0] ?? 'founded').toSorted()).toEqual([
      ...Array<string>(4).fill('ALREADY_FOUNDED'),
      'founded',
    ]);
    const { ministry } = must(await ask(server, MINISTRY)) as { ministry: Record<string, unknown> };
    expect(ministry).toMatchObject({ name: 'Ministry of Foreign Affairs', statementCount: 6 });
    expect(parsePolicy(String(ministry['policy']))).toEqual(genericMinistry);
    expect(ministry['suites']).toContain(0x004d);
    expect(await sql(server, 'SELECT count(*)::int AS posts FROM post')).toEqual([{ posts: 1 }]);
    expect(codesOf(await found(foundingInput(officer, root())))).toEqual(['ALREADY_FOUNDED']);
    const winner = attempts[answers.findIndex(({ errors }) => errors.length === 0)]!;
    expect(must(await found(winner))).toMatchObject({ foundMinistry: { id: ministry['id'] } });
    expect(must(await ask(server, MINISTRY))).toEqual({ ministry });
  });
});

describe('the founding token', () => {
  test('is made once where the operator has set none, and is void after the founding', async () => {
    const server = await startServer({ features: [DirectoryModule, TokenProbe] });
    try {
      const [token, second] = TokenProbe.issued;
      expect(token).toMatch(/^[A-Za-z0-9_-]{43}$/);
      expect(second).toBeUndefined();
      const officer = makePerson('First Officer', randomUUID());
      const input = (word: string) => foundingInput(officer, generateSigningKeyPair(), word);
      expect(codesOf(await ask(server, FOUND, { input: input(FOUNDING_TOKEN) }))).toEqual(['FOUNDING_TOKEN_INVALID']);
      const stored = await sql(server, 'SELECT token_hash FROM founding_token');
      expect(stored).toEqual([{ token_hash: Buffer.from(sha256(Buffer.from(token!))) }]);
      must(await ask(server, FOUND, { input: input(token!) }));
      expect(await sql(server, 'SELECT 1 FROM founding_token')).toEqual([]);
    } finally {
      await server.stop();
    }
  });
});
