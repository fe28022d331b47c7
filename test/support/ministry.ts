import { randomBytes, randomUUID } from 'node:crypto';

import pg from 'pg';

import { encodeChallenge } from '#contracts';
import { canonicalPolicy, genericMinistry } from '#policy';
import type { CategoryValues } from '#policy';
import { fromBase64Url, generateSigningKeyPair, hmacSha256, ready, sha256, sign, toBase64, utf8 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { Directory, ROOT_SIGNER, assembleStatement, draftStatement } from '#transparency';
import type { Signer, StatementBody } from '#transparency';

import { DirectoryModule } from '../../apps/api/src/directory/index.js';
import { openSession, requestChallenge } from './devices.js';
import { ask } from './graphql.js';
import type { ClientAnswer } from './graphql.js';
import { startServer } from './server.js';
import type { TestServer } from './server.js';
import { signedAct } from './signedActs.js';

export const FOUNDING_TOKEN = 'founding token of the tests';

/** A person of a test, with the keys that a real client would keep to itself. */
export interface TestPerson {
  readonly personId: string;
  readonly name: string;
  readonly postId: string;
  readonly identity: SigningKeyPair;
  readonly deviceId: string;
  readonly device: SigningKeyPair;
}

export interface NewPerson {
  readonly name?: string;
  readonly postId?: string;
  readonly level?: string;
  readonly categories?: readonly CategoryValues[];
  readonly roles?: readonly string[];
}

export function makePerson(name: string, postId: string): TestPerson {
  const keys = { identity: generateSigningKeyPair(), device: generateSigningKeyPair() };
  return { personId: randomUUID(), name, postId, deviceId: randomUUID(), ...keys };
}

/** A signed statement, as base64 for the API. */
export function statement(body: StatementBody, signer: Signer, key: SigningKeyPair): string {
  const draft = draftStatement(body);
  return toBase64(assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign)));
}

/** Signed by the person's device. */
export function byDevice(body: StatementBody, { deviceId, device }: TestPerson): string {
  return statement(body, { kind: 'device', id: deviceId }, device);
}

/** Signed by the person's identity key. */
export function byIdentity(body: StatementBody, { personId, identity }: TestPerson): string {
  return statement(body, { kind: 'person', id: personId }, identity);
}

export const enrol = ({ personId, name, postId, identity }: TestPerson): StatementBody => ({
  type: 'enrol',
  at: Date.now(),
  person: personId,
  name,
  post: postId,
  identityKey: identity.publicKey,
});

export const clear = (personId: string, level: string, categories: readonly CategoryValues[] = []): StatementBody => ({
  type: 'clear',
  at: Date.now(),
  person: personId,
  policy: genericMinistry.id,
  level,
  categories,
});

export const addDevice = ({ personId, deviceId, device }: TestPerson): StatementBody => ({
  type: 'addDevice',
  at: Date.now(),
  person: personId,
  device: deviceId,
  name: 'Laptop',
  signatureKey: device.publicKey,
});

export const assign = ({ personId, postId }: TestPerson, roles: readonly string[]): StatementBody => ({
  type: 'assign',
  at: Date.now(),
  person: personId,
  post: postId,
  roles,
});

/** The variables of `foundMinistry`; `root` is the ministry's root key. */
export function foundingInput(officer: TestPerson, root: SigningKeyPair, foundingToken = FOUNDING_TOKEN) {
  const policy = canonicalPolicy(genericMinistry);
  const name = 'Ministry of Foreign Affairs';
  const ministry = randomUUID();
  const at = Date.now();
  const rootBody = {
    type: 'root',
    at,
    ministry,
    name,
    rootKey: root.publicKey,
    policyHash: sha256(utf8(policy)),
  } as const;
  const appoint: StatementBody = {
    type: 'appoint',
    at,
    person: officer.personId,
    powers: ['assign', 'clear', 'enrol', 'revoke', 'witness'],
    mayAppoint: true,
    identityKey: officer.identity.publicKey,
  };
  const statements = [
    statement(rootBody, ROOT_SIGNER, root),
    statement(appoint, ROOT_SIGNER, root),
    byIdentity(enrol(officer), officer),
    byIdentity(clear(officer.personId, 'TOP_SECRET'), officer),
    byIdentity(addDevice(officer), officer),
    byIdentity(assign(officer, ['MEMBER', 'REGISTRAR', 'SECURITY_OFFICER']), officer),
  ];
  const posts = [{ id: officer.postId, name: 'Administration', kind: 'DEPARTMENT', timeZone: 'Asia/Tashkent' }];
  return { foundingToken, name, policy, statements, posts };
}

export const FOUND =
  'mutation ($input: FoundMinistryInput!) { foundMinistry(input: $input) { id name rootFingerprint } }';
export const MINISTRY = '{ ministry { id name rootFingerprint policy statementCount suites } }';
export const STATEMENTS = `query ($after: Int!, $first: Int) {
  statements(after: $after, first: $first) { statements { seq payload recordedAt } head }
}`;
export const CREATE_INVITATION =
  'mutation ($input: CreateInvitationInput!) { createInvitation(input: $input) { id state expiresAt } }';
export const CLAIM =
  'mutation ($input: ClaimInvitationInput!) { claimInvitation(input: $input) { id state ministryName } }';
export const COMPLETE = `mutation ($id: ID!, $statements: [Bytes!]!) {
  completeInvitation(id: $id, statements: $statements) { id state }
}`;
export const PUBLISH = 'mutation ($statements: [Bytes!]!) { publishStatements(statements: $statements) }';

/** A link that an officer has made: what the server knows of it, and its token. */
export interface TestLink {
  readonly id: string;
  readonly claimToken: Uint8Array;
}

/** A founded ministry with its first officer, spoken to through GraphQL as clients do. */
export class TestMinistry {
  private readonly tokens = new Map<string, Promise<string>>();

  private constructor(
    readonly server: TestServer,
    readonly officer: TestPerson,
    readonly root: SigningKeyPair,
  ) {}

  /** The server needs CHANCERY_FOUNDING_TOKEN set to `FOUNDING_TOKEN`. */
  static async found(server: TestServer): Promise<TestMinistry> {
    await ready();
    const officer = makePerson('First Officer', randomUUID());
    const root = generateSigningKeyPair();
    must(await ask(server, FOUND, { input: foundingInput(officer, root) }));
    return new TestMinistry(server, officer, root);
  }

  /** Asks as a person, with a session that is opened at the first question; administrative requests are signed. */
  async as(person: TestPerson, query: string, variables: Record<string, unknown> = {}): Promise<ClientAnswer> {
    const token = await this.token(person);
    const { deviceId, device } = person;
    const signatory = { deviceId, sign: (bytes: Uint8Array) => sign(device.privateKey, bytes) };
    return ask(this.server, query, variables, token, signedAct(signatory, this.server.url, query, variables));
  }

  /** The bearer token of the person's session. */
  token(person: TestPerson): Promise<string> {
    const known = this.tokens.get(person.deviceId) ?? signIn(this.server, person);
    this.tokens.set(person.deviceId, known);
    return known;
  }

  /** Makes a link for somebody new, by the first officer. */
  async invite(person: TestPerson, roles: readonly string[] = ['MEMBER'], expiresAt = inHours(24)): Promise<TestLink> {
    const { personId, name: personName, postId } = person;
    const claimToken = randomBytes(32);
    const tokenHash = toBase64(sha256(claimToken));
    const input = { id: randomUUID(), personId, personName, postId, tokenHash, expiresAt, roles };
    must(await this.as(this.officer, CREATE_INVITATION, { input }));
    return { id: input.id, claimToken };
  }

  /** The whole way: invitation, claim, completion. */
  async enrol(options: NewPerson = {}): Promise<TestPerson> {
    const person = makePerson(options.name ?? 'A. Diplomat', options.postId ?? this.officer.postId);
    const link = await this.invite(person, options.roles);
    must(await ask(this.server, CLAIM, { input: claimInput(person, link) }));
    const cleared = clear(person.personId, options.level ?? 'SECRET', options.categories);
    const given = assign(person, options.roles ?? ['MEMBER']);
    const statements = [enrol(person), cleared, given].map((body) => byDevice(body, this.officer));
    must(await this.as(this.officer, COMPLETE, { id: link.id, statements }));
    return person;
  }
}

/** What the holder of a link sends. The proof is a MAC under a secret of the link, which the server can't check. */
export function claimInput(person: TestPerson, { id, claimToken }: TestLink) {
  const device = byIdentity(addDevice(person), person);
  const proof = hmacSha256(claimToken, utf8(`${id} ${device}`));
  return {
    claimToken: toBase64(claimToken),
    identityKey: toBase64(person.identity.publicKey),
    addDevice: device,
    proof: toBase64(proof),
  };
}

export function inHours(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString();
}

/** The data of an answer that has to be a good one. */
export function must(answer: ClientAnswer): Record<string, unknown> {
  if (answer.data && answer.errors.length === 0) return answer.data;
  throw new Error(`refused: ${JSON.stringify(answer.errors)}`);
}

/** Opens a session with the person's device and gives its token. */
export async function signIn(server: TestServer, { deviceId, device }: TestPerson): Promise<string> {
  const { id: challengeId, nonce, origin, expiresAt } = await requestChallenge(server, deviceId);
  const bytes = encodeChallenge({ challengeId, nonce: Buffer.from(nonce, 'base64'), origin, deviceId, expiresAt });
  const signature = toBase64(sign(device.privateKey, bytes));
  const { openSession: session } = must(await openSession(server, challengeId, deviceId, signature));
  return (session as { token: string }).token;
}

/** A server with the directory alone, which can be founded with `FOUNDING_TOKEN`. */
export function startDirectory(environment: Record<string, string> = {}): Promise<TestServer> {
  return startServer({
    features: [DirectoryModule],
    environment: { CHANCERY_FOUNDING_TOKEN: FOUNDING_TOKEN, ...environment },
  });
}

/** The fields that the errors of an answer name. */
export function fieldsOf(answer: ClientAnswer): (string | undefined)[] {
  return answer.errors.map(({ extensions }) => extensions.field);
}

/** Asks the database behind the server's back. */
export async function sql<Row extends pg.QueryResultRow>(
  server: TestServer,
  text: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const client = new pg.Client({ connectionString: server.databaseUrl });
  await client.connect();
  try {
    return (await client.query<Row>(text, values)).rows;
  } finally {
    await client.end();
  }
}

/** The verified directory, as a client builds it from what the server gives out. */
export async function replay(ministry: TestMinistry, reader: TestPerson): Promise<Directory> {
  const { ministry: known } = must(await ask(ministry.server, MINISTRY)) as { ministry: { rootFingerprint: string } };
  const directory = Directory.empty(fromBase64Url(known.rootFingerprint));
  for (;;) {
    const answer = await ministry.as(reader, STATEMENTS, { after: directory.head, first: 3 });
    const { statements: page } = must(answer) as {
      statements: { head: number; statements: { seq: number; payload: string }[] };
    };
    for (const { seq, payload } of page.statements) directory.apply(Buffer.from(payload, 'base64'), seq);
    if (directory.head === page.head) return directory;
  }
}
