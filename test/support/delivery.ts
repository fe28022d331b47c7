import { randomBytes } from 'node:crypto';

import { encodeEnvelopeHeader } from '#contracts';
import type { EnvelopeHeader } from '#contracts';
import { Group, createKeyPackage, welcomeRecipients } from '#mls';
import type { CommitParameters, CreatedKeyPackage } from '#mls';
import { canonicalLabel, genericMinistry } from '#policy';
import type { CategoryValues } from '#policy';
import { toBase64, utf8 } from '#primitives';

import type { ClientAnswer } from './graphql.js';
import { must } from './ministry.js';
import type { TestMinistry, TestPerson } from './ministry.js';

export const LABEL_EXTENSION = 0xf0c1;
/** Quick to make, where a test is not about cryptography. */
export const QUICK_SUITE = 0x0003;

const REFUSAL = '... on Refusal { code message field remedy }';
export const SEND = `mutation ($envelopes: [EnvelopeInput!]!) {
  sendEnvelopes(envelopes: $envelopes) { __typename ... on EnvelopeAccepted { groupId seq acceptedAt } ${REFUSAL} } }`;
export const FETCH = `query ($groupId: ID!, $after: Int!, $first: Int) {
  envelopes(groupId: $groupId, after: $after, first: $first) {
    lastSeq envelopes { groupId seq kind epoch payload acceptedAt } } }`;
export const CREATE = `mutation ($input: CreateGroupInput!) {
  createGroup(input: $input) { __typename ... on GroupCreated { group { id epoch lastSeq firstSeq members label { level marking } } } ${REFUSAL} } }`;
export const COMMIT = `mutation ($input: CommitInput!) {
  submitCommit(input: $input) {
    __typename ... on CommitAccepted { groupId seq epoch } ... on CommitConflict { groupId epoch lastSeq } ${REFUSAL} } }`;
export const PUBLISH_KEYS = `mutation ($keyPackages: [Bytes!]!, $lastResort: Bytes) {
  publishKeyPackages(keyPackages: $keyPackages, lastResort: $lastResort) { available hasLastResort } }`;
export const CLAIM_KEYS =
  'mutation ($deviceIds: [ID!]!) { claimKeyPackages(deviceIds: $deviceIds) { deviceId keyPackage } }';
export const WELCOMES = '{ welcomes { id groupId welcome nextSeq } }';
export const CONFIRM = 'mutation ($ids: [ID!]!) { confirmWelcomes(ids: $ids) }';
export const HINTS =
  'subscription { hints { groupId seq welcome statementHead envelope { groupId seq kind epoch payload acceptedAt } } }';

/** One of the results that carry `__typename`. */
export interface TypedResult {
  readonly __typename: string;
  readonly code?: string;
  readonly message?: string;
  readonly field?: string | null;
  readonly seq?: number;
  readonly epoch?: number;
  readonly lastSeq?: number;
}

export interface FetchedEnvelope {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: string;
  readonly epoch: number;
  readonly payload: string;
  readonly acceptedAt: string;
}

export interface EnvelopeToSend {
  readonly groupId: string;
  readonly payload: string;
  readonly idempotencyKey: string;
}

export const key = () => randomBytes(16).toString('base64');
export const labelText = (level: string, categories: readonly CategoryValues[] = []) =>
  canonicalLabel({ policy: genericMinistry.id, level, categories });
export const toHex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
export const fromBase64 = (text: string) => new Uint8Array(Buffer.from(text, 'base64'));

/** A person's device with its MLS state, which talks to the server as a client does, one operation at a time. */
export class TestMember {
  readonly #keyPackages = new Map<string, CreatedKeyPackage>();
  #group: Group | undefined;
  #sent = 0;

  constructor(
    readonly ministry: TestMinistry,
    readonly person: TestPerson,
    readonly suite = QUICK_SUITE,
  ) {}

  get group(): Group {
    if (!this.#group) throw new Error('this device is in no group');
    return this.#group;
  }

  get groupId(): string {
    return toHex(this.group.groupId);
  }

  get identity() {
    return { identity: utf8(this.person.deviceId), signatureKeyPair: this.person.device };
  }

  ask(query: string, variables: Record<string, unknown> = {}): Promise<ClientAnswer> {
    return this.ministry.as(this.person, query, variables);
  }

  async get<Result>(field: string, query: string, variables: Record<string, unknown> = {}): Promise<Result> {
    return must(await this.ask(query, variables))[field] as Result;
  }

  /** A KeyPackage of this device, remembered until a Welcome names it. */
  makeKeyPackage(options: { lastResort?: boolean } = {}): Uint8Array {
    const made = createKeyPackage({ suite: this.suite, ...this.identity, ...options });
    this.#keyPackages.set(toHex(made.ref), made);
    return made.keyPackage;
  }

  publishKeyPackages(count: number): Promise<{ available: number; hasLastResort: boolean }> {
    const keyPackages = Array.from({ length: count }, () => toBase64(this.makeKeyPackage()));
    return this.get('publishKeyPackages', PUBLISH_KEYS, { keyPackages });
  }

  /** Makes a group on this device only; `createGroup` brings it to the server. */
  startGroup(label = labelText('RESTRICTED')): Group {
    const extensions = new Map([[LABEL_EXTENSION, utf8(label)]]);
    this.#group = Group.create({ suite: this.suite, groupId: randomBytes(16), ...this.identity, extensions });
    return this.#group;
  }

  createGroup(idempotencyKey = key()): Promise<TypedResult> {
    return this.get('createGroup', CREATE, { input: { groupInfo: toBase64(this.group.groupInfo()), idempotencyKey } });
  }

  async claim(...members: readonly TestMember[]): Promise<Uint8Array[]> {
    const deviceIds = members.map(({ person }) => person.deviceId);
    const claimed = await this.get<{ keyPackage: string }[]>('claimKeyPackages', CLAIM_KEYS, { deviceIds });
    return claimed.map(({ keyPackage }) => fromBase64(keyPackage));
  }

  /** Makes a commit, submits it and enters the next epoch when it is accepted. */
  async commit(parameters: CommitParameters, idempotencyKey = key()): Promise<TypedResult> {
    const { commit, welcome, staged } = this.group.commit(parameters);
    const result = await this.submit(commit, welcome, idempotencyKey);
    if (result.__typename === 'CommitAccepted') this.group.apply(staged);
    else this.group.discard(staged);
    return result;
  }

  submit(commit: Uint8Array, welcome?: Uint8Array, idempotencyKey = key()): Promise<TypedResult> {
    const { groupId } = this;
    const input = { groupId, commit: toBase64(commit), welcome: welcome && toBase64(welcome), idempotencyKey };
    return this.get('submitCommit', COMMIT, { input });
  }

  /** Adds devices that have published KeyPackages, and lets them join. */
  async add(...members: readonly TestMember[]): Promise<TypedResult> {
    const result = await this.commit({ add: await this.claim(...members) });
    if (result.__typename === 'CommitAccepted') for (const member of members) await member.join();
    return result;
  }

  async remove(member: TestMember): Promise<TypedResult> {
    return this.commit({ remove: [member.group.ownLeaf] });
  }

  /** Joins by the Welcome that waits for a KeyPackage of this device, and confirms it. */
  async join(): Promise<void> {
    const pending = await this.get<{ id: string; welcome: string }[]>('welcomes', WELCOMES);
    const found = pending.flatMap(({ id, welcome: text }) => {
      const welcome = fromBase64(text);
      const keyPackage = this.#keyPackageFor(welcome);
      return keyPackage ? [{ id, welcome, ...keyPackage }] : [];
    });
    const [first] = found;
    if (!first) throw new Error('no Welcome waits');
    const { id, welcome, keyPackage, secrets } = first;
    const keys = { keyPackage, keyPackageSecrets: secrets, signatureKeyPair: this.person.device };
    this.#group = Group.join({ welcome, ...keys });
    await this.get('confirmWelcomes', CONFIRM, { ids: [id] });
  }

  /** Takes a commit that another device made. */
  receiveCommit(commit: Uint8Array): void {
    this.group.apply(this.group.stage(commit));
  }

  /** An encrypted message with its header, ready to be sent. */
  message(text: string, header: Partial<EnvelopeHeader> = {}): Uint8Array {
    const place = { counter: this.#sent++, seq: 0, head: new Uint8Array(32) };
    const aad = encodeEnvelopeHeader({ label: labelText('RESTRICTED'), precedence: 'ROUTINE', ...place, ...header });
    return this.group.encrypt(utf8(text), aad);
  }

  envelope(payload: Uint8Array, changes: Partial<EnvelopeToSend> = {}): EnvelopeToSend {
    const groupId = changes.groupId ?? this.groupId;
    return { groupId, payload: toBase64(payload), idempotencyKey: key(), ...changes };
  }

  send(...envelopes: readonly EnvelopeToSend[]): Promise<TypedResult[]> {
    return this.get('sendEnvelopes', SEND, { envelopes });
  }

  async say(text: string): Promise<TypedResult> {
    const [result] = await this.send(this.envelope(this.message(text)));
    if (!result) throw new Error('no result');
    return result;
  }

  fetch(after = 0, first = 100, groupId = this.groupId): Promise<{ envelopes: FetchedEnvelope[]; lastSeq: number }> {
    return this.get('envelopes', FETCH, { groupId, after, first });
  }

  #keyPackageFor(welcome: Uint8Array): CreatedKeyPackage | undefined {
    const refs = welcomeRecipients(welcome).map(toHex);
    return refs.flatMap((ref) => this.#keyPackages.get(ref) ?? [])[0];
  }
}
