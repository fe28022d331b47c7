import type { Type } from '@nestjs/common';

import { ACT_HEADER, ATTACHMENT_PIECE_TYPE } from '#contracts';
import { generateSigningKeyPair, sha256, sign, toBase64 } from '#primitives';

import { ALERT_JOB } from '../../apps/api/src/knowledge/saved/savedChanges.js';
import { JOBS_TOPIC } from '../../apps/api/src/platform/jobs/jobs.js';
import { aroundSecrets, citedPaper, linkingPaper, pointingPaper, readersWish } from './canaryActs.js';
import {
  AUTHORS,
  CANARY,
  OPEN_LABEL,
  ORIGINAL,
  ORIGINAL_SHA256,
  PLACES,
  POSTS,
  READERS,
  SECRET_LABEL,
  fixedId,
  paper,
  secretPaper,
} from './canaryPapers.js';
import type { Member, Stage } from './canaryPapers.js';
import { ask } from './graphql.js';
import {
  CLAIM,
  COMPLETE,
  CREATE_INVITATION,
  PUBLISH,
  TestMinistry,
  assign,
  byDevice,
  claimInput,
  clear,
  enrol,
  inHours,
  must,
  sql,
} from './ministry.js';
import type { TestPerson } from './ministry.js';
import type { Question } from './questions.js';
import { startServer } from './server.js';
import type { TestServer } from './server.js';
import { signedAct } from './signedActs.js';

/** One answer, as it came. */
export interface Answer {
  readonly status: number;
  readonly headers: string;
  readonly body: string;
}

/** Bound of filling two worlds, on a machine that has much else to do. */
export const FILLING_MS = 600_000;

/** What is asked of a route beside its path. */
export interface RouteRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array<ArrayBuffer>;
}

const MADE = {
  draft: fixedId(201),
  closedDraft: fixedId(202),
  downgrade: fixedId(203),
  lowering: fixedId(204),
} as const;

const ROLES = ['MEMBER', 'PLANNER', 'REGISTRAR'];

const FILE = `mutation ($collectionId: ID!, $documents: [DocumentInput!]!) {
  fileDocuments(collectionId: $collectionId, documents: $documents) {
    ... on FiledDocument { documentId } ... on FileRefused { refusal { code message } } } }`;
const REVISE = `mutation ($id: ID!, $baseVersion: Int!, $document: DocumentInput!) {
  reviseDocument(id: $id, baseVersion: $baseVersion, document: $document) {
    ... on FiledDocument { documentId } ... on FileRefused { refusal { code message } } } }`;
const SUPERSEDE = 'mutation ($id: ID!, $by: ID!) { supersedeDocument(id: $id, by: $by) }';

/**
 * A ministry whose readers see the same papers in each world; in the secret one there are more that none of them may see,
 * filed before, between and after the others, in collections, parts, drafts, reviews, requests, files and exports.
 */
export class CanaryWorld implements Stage {
  readonly #people = new Map<number, TestPerson>();
  /** Documents by what they are in the story. */
  readonly documents: Record<string, string> = {};
  /** Ids of other things that hang on the secret papers and that no list shows. */
  readonly hidden: Record<string, string> = {};

  private constructor(
    readonly server: TestServer,
    readonly ministry: TestMinistry,
    readonly isSecret: boolean,
  ) {}

  /** @param features - modules in place of the product's, as in `startServer` */
  private static async open(
    isSecret: boolean,
    environment: Record<string, string>,
    features?: readonly Type[],
  ): Promise<CanaryWorld> {
    const limits = { CHANCERY_LIMIT_QUERY_DEPTH: '100', CHANCERY_LIMIT_QUERY_COST: '999999999' };
    const more = { CHANCERY_LIMIT_QUERY_ALIASES: '1000', CHANCERY_LIMIT_QUERY_TOKENS: '100000' };
    const founding = { CHANCERY_FOUNDING_TOKEN: 'founding token of the tests' };
    const chosen = { ...founding, ...limits, ...more, ...environment };
    const server = await startServer({ environment: chosen, ...(features && { features }) });
    const world = new CanaryWorld(server, await TestMinistry.found(server), isSecret);
    await world.#peopleComeIn();
    return world;
  }

  /** The two worlds, filled: one without the secret papers, one with them. */
  static async twins(
    environment: Record<string, string>,
    features?: readonly Type[],
  ): Promise<[CanaryWorld, CanaryWorld]> {
    const [plain, secret] = await Promise.all([
      CanaryWorld.open(false, environment, features),
      CanaryWorld.open(true, environment, features),
    ]);
    await Promise.all([plain.fill(), secret.fill()]);
    return [plain, secret];
  }

  person(id: number): TestPerson {
    const person = this.#people.get(id);
    if (!person) throw new Error(`nobody has the number ${String(id)}`);
    return person;
  }

  get author(): TestPerson {
    return this.person(11);
  }

  /** Asks and gives the one field of the answer; throws when it is refused. */
  async get<T>(person: TestPerson, query: string, variables: Record<string, unknown> = {}): Promise<T> {
    const [value] = Object.values(must(await this.ministry.as(person, query, variables)));
    return value as T;
  }

  /** What comes back over HTTP, refused or not. */
  async answer(person: TestPerson, { document, variables }: Pick<Question, 'document' | 'variables'>): Promise<Answer> {
    const { deviceId, device } = person;
    const signatory = { deviceId, sign: (bytes: Uint8Array) => sign(device.privateKey, bytes) };
    const act = signedAct(signatory, this.server.url, document, variables);
    const authorization = `Bearer ${await this.ministry.token(person)}`;
    const headers = { 'content-type': 'application/json', authorization, ...(act && { [ACT_HEADER]: act }) };
    const body = JSON.stringify({ query: document, variables });
    const answer = await fetch(`${this.server.url}/graphql`, { method: 'POST', headers, body });
    return presented(answer, await answer.text());
  }

  /** What a route beside GraphQL answers; to a stranger where nobody asks. */
  async request(
    person: TestPerson | undefined,
    path: string,
    { headers = {}, ...init }: RouteRequest,
  ): Promise<Answer> {
    const session = person && { authorization: `Bearer ${await this.ministry.token(person)}` };
    const answer = await fetch(`${this.server.url}${path}`, { ...init, headers: { ...session, ...headers } });
    return presented(answer, (await answer.text()).replace(/"requestId":"[^"]*"/, ''));
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** Resolves when the index has everything that is filed. */
  async indexed(): Promise<void> {
    const deadline = Date.now() + 60_000;
    while ((await this.get<number>(this.author, '{ indexPending }')) > 0) {
      if (Date.now() > deadline) throw new Error('the index does not catch up');
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** Everything that happens in this world before anybody asks. */
  async fill(): Promise<void> {
    await this.#collections();
    await readersWish(this);
    if (this.isSecret) await this.#closedCollections();
    if (this.isSecret) await this.#file(PLACES.open, 'early', secretPaper({ sourceId: 'telegram 7' }));
    await this.#file(PLACES.open, 'treaty', paper('Treaty on the river', 'The parties share the water of the river.'));
    if (this.isSecret) await this.#file(PLACES.open, 'secret', secretPaper());
    await this.#brief();
    await this.#file(
      PLACES.open,
      'trade',
      paper('Trade in spring', 'Trade grew; a commission counts the water rights.', {
        topics: ['Trade'],
        date: '1968-03-01',
      }),
    );
    await this.#file(
      PLACES.lobby,
      'house',
      paper('House rules', 'The lobby of the ministry opens at eight.', { kind: 'circular' }),
    );
    await this.#loweredPaper();
    await this.#pointingPaper();
    if (this.isSecret) await this.#secrets();
    await this.#somebodyLeaves();
    await this.#settled();
  }

  async #peopleComeIn(): Promise<void> {
    const createPost = 'mutation ($input: CreatePostInput!) { createPost(input: $input) { id } }';
    for (const [name, id] of Object.entries(POSTS)) {
      await this.get(this.ministry.officer, createPost, { input: { id, name, kind: 'DEPARTMENT', timeZone: 'UTC' } });
    }
    for (const member of [...AUTHORS, ...READERS]) this.#people.set(member.id, await this.#enrol(member));
  }

  async #enrol({ name, id, post, level, categories }: Member): Promise<TestPerson> {
    const keys = { identity: generateSigningKeyPair(), device: generateSigningKeyPair() };
    const person = { personId: fixedId(id), deviceId: fixedId(id + 1000), name, postId: POSTS[post], ...keys };
    const claimToken = sha256(Buffer.from(name));
    const invitation = { id: fixedId(id + 2000), personId: person.personId, personName: name, postId: person.postId };
    const terms = { tokenHash: toBase64(sha256(claimToken)), expiresAt: inHours(24), roles: ROLES };
    await this.get(this.ministry.officer, CREATE_INVITATION, { input: { ...invitation, ...terms } });
    must(await ask(this.server, CLAIM, { input: claimInput(person, { id: invitation.id, claimToken }) }));
    const bodies = [enrol(person), clear(person.personId, level, categories), assign(person, ROLES)];
    const statements = bodies.map((body) => byDevice(body, this.ministry.officer));
    await this.get(this.ministry.officer, COMPLETE, { id: invitation.id, statements });
    return person;
  }

  async #collections(): Promise<void> {
    await this.#collection(PLACES.open, { name: 'Rivers' });
    await this.#collection(PLACES.lobby, { name: 'Lobby' });
    await this.#grant(PLACES.open, { postId: POSTS.staff }, 'WRITE');
    await this.#grant(PLACES.open, { personId: this.person(12).personId }, 'MANAGE');
    await this.#grant(PLACES.open, { personId: fixedId(21) }, 'READ');
    await this.#grant(PLACES.open, { personId: fixedId(22) }, 'WRITE');
    await this.#grant(PLACES.open, { personId: fixedId(23) }, 'MANAGE');
    await this.#grant(PLACES.open, { personId: fixedId(26) }, 'WRITE');
    await this.#grant(PLACES.lobby, { role: 'MEMBER' }, 'READ');
  }

  async #closedCollections(): Promise<void> {
    await this.#collection(PLACES.closed, { name: `Closed ${CANARY}`, description: CANARY });
    await this.#collection(PLACES.below, { name: `Below ${CANARY}`, parentId: PLACES.closed });
    await this.#grant(PLACES.closed, { personId: this.person(12).personId }, 'MANAGE');
    this.hidden['Grant'] = await this.#grant(PLACES.closed, { postId: POSTS.staff }, 'READ');
  }

  async #collection(id: string, rest: Record<string, unknown>): Promise<void> {
    const query = 'mutation ($input: CreateCollectionInput!) { createCollection(input: $input) { id } }';
    await this.get(this.author, query, { input: { id, defaultLabel: OPEN_LABEL, ...rest } });
  }

  async #grant(collectionId: string, grantee: Record<string, unknown>, access: string): Promise<string> {
    const query = 'mutation ($input: GrantInput!) { grantCollection(input: $input) { id } }';
    const input = { collectionId, access, ...grantee };
    return (await this.get<{ id: string }>(this.author, query, { input })).id;
  }

  async #file(
    collectionId: string,
    name: string,
    document: Record<string, unknown>,
    by = this.author,
  ): Promise<string> {
    const [filed] = await this.get<{ documentId?: string }[]>(by, FILE, { collectionId, documents: [document] });
    if (filed?.documentId === undefined) throw new Error(`${name}: ${JSON.stringify(filed)}`);
    await this.#settled();
    return (this.documents[name] = filed.documentId);
  }

  async #revise(id: string, baseVersion: number, document: Record<string, unknown>): Promise<void> {
    const filed = await this.get<{ documentId?: string }>(this.author, REVISE, { id, baseVersion, document });
    if (filed.documentId === undefined) throw new Error(JSON.stringify(filed));
    await this.#settled();
  }

  /** A brief that everybody in the collection may read, with a part that they may not. */
  async #brief(): Promise<void> {
    const kind = 'negotiation-brief';
    const partOf = await this.#file(
      PLACES.open,
      'brief',
      paper('Brief for the river talks', 'We want water.', { kind }),
    );
    if (!this.isSecret) return;
    await this.#file(PLACES.open, 'part', secretPaper({ partOf, slot: 'red-lines' }));
    await this.#revise(this.documents['part'] ?? '', 1, secretPaper({ body: `Never below ${CANARY}.` }));
  }

  /** In both worlds: what was once secret has been rewritten and lowered, and only its first version still says it. */
  async #loweredPaper(): Promise<void> {
    const rest = { title: 'Dam on the river', kind: 'report', language: 'en', label: SECRET_LABEL };
    const documentId = await this.#file(PLACES.open, 'lowered', {
      ...rest,
      body: `The dam costs ${CANARY}.`,
      changeNote: CANARY,
    });
    this.hidden['FirstOriginal'] = await this.#original(documentId, 1);
    await this.#revise(documentId, 1, { ...rest, body: 'The dam is built.' });
    const request = 'mutation ($input: DowngradeInput!) { requestDowngrade(input: $input) { id } }';
    const input = { id: MADE.lowering, documentId, baseVersion: 2, label: OPEN_LABEL, reason: 'The dam stands.' };
    await this.get(this.author, request, { input });
    const approve = 'mutation ($id: ID!) { approveDowngrade(id: $id) { id } }';
    await this.get(this.person(12), approve, { id: MADE.lowering });
    await this.#settled();
  }

  /** In both worlds: a reader cites a paper by an id that they have heard; where there is one, it then says something else. */
  async #pointingPaper(): Promise<void> {
    this.documents['cited'] = fixedId(400);
    if (this.isSecret) await this.#file(PLACES.open, 'cited', citedPaper('First.'));
    await this.#file(PLACES.open, 'pointing', pointingPaper(this), this.person(22));
    if (!this.isSecret) return;
    const { cited = '', early } = this.documents;
    await this.#revise(cited, 1, citedPaper('Second.'));
    await this.get(this.author, SUPERSEDE, { id: cited, by: early });
    await this.#settled();
  }

  /** Everything else that can hang on a secret paper; readers are named in it who may not know of it. */
  async #secrets(): Promise<void> {
    const secret = this.documents['secret'] ?? '';
    await this.#file(PLACES.closed, 'closed', secretPaper({ label: OPEN_LABEL, kind: 'report', language: 'en' }));
    await this.#file(PLACES.below, 'deep', secretPaper({ label: OPEN_LABEL }));
    await this.#revise(secret, 1, secretPaper({ title: `Treaty ${CANARY} again` }));
    await this.#drafts(secret);
    await this.#review(this.documents['early'] ?? '');
    const request = 'mutation ($input: DowngradeInput!) { requestDowngrade(input: $input) { id } }';
    const input = { id: MADE.downgrade, documentId: secret, baseVersion: 2, label: OPEN_LABEL, reason: CANARY };
    await this.get(this.author, request, { input });
    await this.get(this.author, SUPERSEDE, { id: this.documents['deep'], by: this.documents['treaty'] });
    this.hidden['Original'] = await this.#original(secret, 2);
    await this.#uncoveredPart();
    await this.#file(PLACES.open, 'linking', linkingPaper(this));
    await aroundSecrets(this);
    const out = 'mutation ($input: ExportInput!) { exportDocuments(input: $input) { id } }';
    const papers = { documentIds: [secret, this.documents['brief']] };
    this.hidden['Export'] = (await this.get<{ id: string }>(this.author, out, { input: papers })).id;
  }

  /** In both worlds somebody goes; in the secret one they leave papers and drafts behind that wait for somebody else. */
  async #somebodyLeaves(): Promise<void> {
    const leaver = this.person(26);
    await this.ministry.token(leaver);
    if (this.isSecret) {
      const save = 'mutation ($input: DraftInput!) { saveDraft(input: $input) { id } }';
      const input = { id: fixedId(205), collectionId: PLACES.open, seq: 1, document: secretPaper() };
      await this.get(leaver, save, { input });
      await this.#file(PLACES.open, 'left', secretPaper({ sourceId: 'left' }), leaver);
    }
    const { officer } = this.ministry;
    const gone = { type: 'revokePerson', at: Date.now(), person: leaver.personId, reason: 'COMPROMISED' } as const;
    await this.get(officer, PUBLISH, { statements: [byDevice(gone, officer)] });
  }

  /** Resolves when the index has everything, and nothing waits that is due now or soon: what follows comes after it in every world. */
  async #settled(): Promise<void> {
    await this.indexed();
    const deadline = Date.now() + 60_000;
    const due = "SELECT kind FROM job WHERE state = 'WAITING' AND due_at <= now() + interval '1 minute'";
    while ((await sql(this.server, due)).length > 0) {
      if (Date.now() > deadline) throw new Error('the jobs do not end');
      await this.#hurry();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  /** The alerts wait a second for the index, which has everything: dozens of papers would wait a minute. */
  async #hurry(): Promise<void> {
    const sooner = 'UPDATE job SET due_at = now() WHERE kind = $1 AND due_at > now()';
    await sql(this.server, sooner, [ALERT_JOB]);
    await sql(this.server, "SELECT pg_notify($1, '')", [JOBS_TOPIC]);
  }

  async #drafts(documentId: string): Promise<void> {
    const save = 'mutation ($input: DraftInput!) { saveDraft(input: $input) { id } }';
    const input = { id: MADE.draft, collectionId: PLACES.open, documentId, baseVersion: 2, seq: 1 };
    await this.get(this.author, save, { input: { ...input, document: secretPaper() } });
    const other = { id: MADE.closedDraft, collectionId: PLACES.closed, seq: 1 };
    await this.get(this.author, save, { input: { ...other, document: secretPaper() } });
  }

  /** Names readers as reviewers of what they may not read. */
  async #review(documentId: string): Promise<void> {
    const request = 'mutation ($input: ReviewInput!) { requestReview(input: $input) { id } }';
    const reviewers = [12, 21, 22, 23, 24, 25].map((id) => ({ personId: fixedId(id) }));
    await this.get(this.author, request, { input: { documentId, version: 1, reviewers, note: CANARY } });
  }

  /** A part whose label would let everybody read it, of a document that nobody may read any more. */
  async #uncoveredPart(): Promise<void> {
    const kind = 'negotiation-brief';
    const partOf = await this.#file(PLACES.open, 'raised', secretPaper({ kind, label: OPEN_LABEL }));
    await this.#file(PLACES.open, 'uncovered', secretPaper({ partOf, slot: 'fallback', label: OPEN_LABEL }));
    await this.#revise(partOf, 1, secretPaper({ kind }));
    this.hidden['PartsOriginal'] = await this.#original(this.documents['uncovered'] ?? '', 1);
  }

  async #original(documentId: string, version: number): Promise<string> {
    const begin = 'mutation ($input: OriginalInput!) { beginOriginal(input: $input) { id } }';
    const file = {
      name: `${CANARY}.pdf`,
      mediaType: 'application/pdf',
      size: ORIGINAL.length,
      sha256: ORIGINAL_SHA256,
    };
    const { id } = await this.get<{ id: string }>(this.author, begin, { input: { documentId, version, ...file } });
    const authorization = `Bearer ${await this.ministry.token(this.author)}`;
    const headers = { authorization, 'upload-offset': '0', 'content-type': ATTACHMENT_PIECE_TYPE };
    const answer = await fetch(`${this.server.url}/originals/${id}`, { method: 'PATCH', headers, body: ORIGINAL });
    if (answer.status !== 204) throw new Error(`the file was not taken: ${await answer.text()}`);
    return id;
  }
}

/** Without what differs from one answer to the next whatever they say. */
function presented({ status, headers }: Response, body: string): Answer {
  const told = [...headers].filter(([name]) => !['date', 'content-length', 'x-request-id'].includes(name));
  return { status, headers: JSON.stringify(told), body };
}
