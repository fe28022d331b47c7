import { createHash, randomUUID, sign } from 'node:crypto';

import { Global, Module } from '@nestjs/common';
import type { Type } from '@nestjs/common';

import { canonicalPolicy, genericMinistry } from '#policy';
import type { CategoryValues, Clearance, Label, SecurityPolicy } from '#policy';

import { DeviceDirectory, Role } from '../../apps/api/src/access/index.js';
import type { KnownDevice } from '../../apps/api/src/access/index.js';
import { DirectoryService } from '../../apps/api/src/directory/index.js';
import { KnowledgeModule } from '../../apps/api/src/knowledge/index.js';
import { makeDevice, signIn } from './devices.js';
import type { TestDevice } from './devices.js';
import { ask } from './graphql.js';
import type { ClientAnswer } from './graphql.js';
import { startServer } from './server.js';
import type { TestServer } from './server.js';
import { signedAct } from './signedActs.js';

/** The policy that the test library works under. */
export const policy = genericMinistry;

export function label(level: string, categories: readonly CategoryValues[] = []): Label {
  return { policy: policy.id, level, categories };
}

/** People with clearances and posts that a test sets up by hand, in place of the signed directory. */
class ListedPeople extends DeviceDirectory {
  readonly devices = new Map<string, KnownDevice>();
  readonly roleNames = new Map<string, Role[]>();
  readonly clearances = new Map<string, Clearance>();
  /** Of those who have one; others are called by their ids. */
  readonly names = new Map<string, string>();
  inForce: SecurityPolicy = policy;

  override device(deviceId: string): Promise<KnownDevice | undefined> {
    return Promise.resolve(this.devices.get(deviceId));
  }

  override revokedAmong(): Promise<string[]> {
    return Promise.resolve([]);
  }

  override clearance(personId: string): Promise<Clearance | undefined> {
    return Promise.resolve(this.clearances.get(personId));
  }

  override seen(): Promise<void> {
    return Promise.resolve();
  }

  override roles(personId: string): Promise<Role[]> {
    return Promise.resolve(this.roleNames.get(personId) ?? []);
  }

  postOf(personId: string): Promise<string | undefined> {
    return Promise.resolve([...this.devices.values()].find((device) => device.personId === personId)?.postId);
  }

  change(personId: string, to: Partial<KnownDevice>): void {
    for (const [id, device] of this.devices) {
      if (device.personId === personId) this.devices.set(id, { ...device, ...to });
    }
  }

  standings(personIds: readonly string[]) {
    const known = [...this.devices.values()].filter(({ personId }) => personIds.includes(personId));
    const standing = ({ postId, revokedAt }: KnownDevice) => ({ postId, isActive: revokedAt === undefined });
    return Promise.resolve(new Map(known.map((device) => [device.personId, standing(device)])));
  }

  peopleIn(postIds: readonly string[]): Promise<string[]> {
    const there = [...this.devices.values()].filter(({ postId, revokedAt }) => postIds.includes(postId) && !revokedAt);
    return Promise.resolve(
      there
        .map(({ personId }) => personId)
        .toSorted()
        .toReversed(),
    );
  }

  everybody() {
    const working = [...this.devices.values()].filter(({ revokedAt }) => !revokedAt);
    const people = working.map(
      ({ personId: id, postId }) => [id, { id, postId, name: this.names.get(id) ?? id }] as const,
    );
    return Promise.resolve([...new Map(people).values()]);
  }

  clearanceOf(personId: string): Promise<Clearance | undefined> {
    return this.clearance(personId);
  }

  policy() {
    return Promise.resolve(this.inForce);
  }

  policyInForce() {
    const text = canonicalPolicy(this.inForce);
    return Promise.resolve({ policy: this.inForce, text, hash: createHash('sha256').update(text).digest(), seq: 1 });
  }
}

function peopleModule(people: ListedPeople): Type {
  @Global()
  @Module({
    providers: [
      { provide: DeviceDirectory, useValue: people },
      { provide: DirectoryService, useValue: people },
    ],
    exports: [DeviceDirectory, DirectoryService],
  })
  class ListedPeopleModule {}
  return ListedPeopleModule;
}

export interface PersonOptions {
  /** Level of the clearance; undefined: none. */
  readonly cleared?: string;
  readonly categories?: readonly CategoryValues[];
  readonly roles?: readonly Role[];
  readonly postId?: string;
  readonly name?: string;
}

/** One person at one device with an open session. */
export interface Person {
  readonly personId: string;
  readonly postId: string;
  ask(query: string, variables?: Record<string, unknown>): Promise<ClientAnswer>;
  /** The answer's field; throws when the answer has errors. */
  get<T>(field: string, query: string, variables?: Record<string, unknown>): Promise<T>;
}

/** What a test files, with the least that a document needs. */
export interface Paper {
  readonly title: string;
  readonly body: string;
  readonly [field: string]: unknown;
}

export interface FileAnswer {
  readonly documentId: string;
  readonly versionNumber: number;
  readonly outcome: string;
  readonly refusal: { readonly code: string; readonly field: string | null; readonly message: string } | undefined;
}

/** Bound of waiting for the index, so that a failure ends. */
const PATIENCE_MS = 120_000;

/** A real server with the knowledge feature, and people who use it. */
export class Library {
  private constructor(
    readonly server: TestServer,
    private readonly people: ListedPeople,
  ) {}

  static async open(environment: Record<string, string> = {}, people = new ListedPeople()): Promise<Library> {
    const server = await startServer({ environment, features: [peopleModule(people), KnowledgeModule] });
    return new Library(server, people);
  }

  /** A second instance on the same database, which knows the same people. */
  async another(environment: Record<string, string> = {}): Promise<Library> {
    return Library.open({ ...environment, DATABASE_URL: this.server.databaseUrl }, this.people);
  }

  async close(): Promise<void> {
    await this.server.stop();
  }

  async person({
    cleared,
    categories = [],
    roles = [Role.PLANNER],
    postId = 'headquarters',
    name,
  }: PersonOptions): Promise<Person> {
    const device = makeDevice();
    const { personId, deviceId, signatureKey } = device;
    this.people.devices.set(deviceId, { personId, postId, signatureKey });
    this.people.roleNames.set(personId, [...roles]);
    if (name !== undefined) this.people.names.set(personId, name);
    this.clear(personId, cleared, categories);
    return this.signedIn(device, postId);
  }

  /** Moves somebody to another post; sessions keep the old one until the next sign-in. */
  move(personId: string, postId: string): void {
    this.people.change(personId, { postId });
  }

  /** Somebody works here no more. */
  revoke(personId: string): void {
    this.people.change(personId, { revokedAt: new Date() });
    this.clear(personId, undefined);
  }

  /** Puts another policy in force. */
  govern(next: SecurityPolicy): void {
    this.people.inForce = next;
  }

  /** Changes a clearance; undefined withdraws it. */
  clear(personId: string, level: string | undefined, categories: readonly CategoryValues[] = []): void {
    if (level === undefined) this.people.clearances.delete(personId);
    else this.people.clearances.set(personId, { policy: policy.id, level, categories });
  }

  async collection(manager: Person, options: Record<string, unknown> = {}): Promise<string> {
    const input = { id: randomUUID(), name: 'Papers', defaultLabel: label('RESTRICTED'), ...options };
    const query = 'mutation ($input: CreateCollectionInput!) { createCollection(input: $input) { id } }';
    return (await manager.get<{ id: string }>('createCollection', query, { input })).id;
  }

  async grant(
    manager: Person,
    collectionId: string,
    grantee: Record<string, unknown>,
    access = 'READ',
  ): Promise<string> {
    const query = 'mutation ($input: GrantInput!) { grantCollection(input: $input) { id } }';
    return (
      await manager.get<{ id: string }>('grantCollection', query, { input: { collectionId, access, ...grantee } })
    ).id;
  }

  async file(writer: Person, collectionId: string, ...papers: readonly Paper[]): Promise<FileAnswer[]> {
    const documents = papers.map((paper) => ({ kind: 'report', language: 'en', ...paper }));
    return writer.get('fileDocuments', FILE, { collectionId, documents });
  }

  async revise(writer: Person, id: string, baseVersion: number, paper: Paper): Promise<FileAnswer> {
    const document = { kind: 'report', language: 'en', ...paper };
    return writer.get('reviseDocument', REVISE, { id, baseVersion, document });
  }

  /** Lowers the label of a document's newest version, as two people do. */
  async lower(
    [requester, approver]: readonly [Person, Person],
    documentId: string,
    baseVersion: number,
    level: string,
    categories: readonly CategoryValues[] = [],
  ): Promise<void> {
    const to = label(level, categories);
    const input = { id: randomUUID(), documentId, baseVersion, label: to, reason: 'No secret any more.' };
    const request = 'mutation RequestDowngrade($input: DowngradeInput!) { requestDowngrade(input: $input) { id } }';
    const approve = 'mutation ApproveDowngrade($id: ID!) { approveDowngrade(id: $id) { id } }';
    const { id } = await requester.get<{ id: string }>('requestDowngrade', request, { input });
    await approver.get('approveDowngrade', approve, { id });
  }

  /** Resolves when the index has everything that is filed. */
  async indexed(manager: Person): Promise<void> {
    const deadline = Date.now() + PATIENCE_MS;
    while ((await manager.get<number>('indexPending', '{ indexPending }')) > 0) {
      if (Date.now() > deadline) throw new Error('the index does not catch up');
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
  }

  private async signedIn(device: TestDevice, postId: string): Promise<Person> {
    const token = await signIn(this.server, device);
    const { deviceId, secret } = device;
    const signatory = { deviceId, sign: (bytes: Uint8Array) => sign(null, bytes, secret) };
    const send = (query: string, variables: Record<string, unknown> = {}) =>
      ask(this.server, query, variables, token, signedAct(signatory, this.server.url, query, variables));
    return {
      personId: device.personId,
      postId,
      ask: send,
      get: async <T>(field: string, query: string, variables: Record<string, unknown> = {}) => {
        const { data, errors } = await send(query, variables);
        if (errors.length > 0 || !data) throw new Error(`${field}: ${JSON.stringify(errors)}`);
        return data[field] as T;
      },
    };
  }
}

const RESULT = `... on FiledDocument { documentId versionNumber outcome } ... on FileRefused { refusal { code field message } }`;
const FILE = `mutation ($collectionId: ID!, $documents: [DocumentInput!]!) {
  fileDocuments(collectionId: $collectionId, documents: $documents) { ${RESULT} } }`;
const REVISE = `mutation ($id: ID!, $baseVersion: Int!, $document: DocumentInput!) {
  reviseDocument(id: $id, baseVersion: $baseVersion, document: $document) { ${RESULT} } }`;
