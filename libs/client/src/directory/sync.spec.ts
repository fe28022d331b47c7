import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { LogConsistencyDocument, StatementsDocument } from '#contracts';
import { fromUtf8, generateSigningKeyPair, ready, sha256, sign, toBase64, toBase64Url, utf8 } from '#primitives';
import {
  Frontier,
  ROOT_SIGNER,
  assembleStatement,
  checkpointText,
  consistencySteps,
  draftStatement,
  encodeNote,
  foldProof,
  keyIdOf,
  leafHash,
  logOrigin,
  noteBytes,
  statementId,
  subtreeKey,
} from '#transparency';
import type { Signer, StatementBody } from '#transparency';

import { disk } from '../node/disk.js';
import { systemTimer } from '../node/timer.js';
import type { Store } from '../ports/store.js';
import { migrate } from '../schema.js';
import type { Session } from '../session.js';
import { DirectorySync } from './sync.js';
import { openStore } from '../vault/store.js';

const ANNA = '019364d2-7c40-7000-8000-000000000001';
const POST = '019364d2-7c40-7000-8000-000000000003';
const CLEARANCES = 2_500;

/** The log of a ministry whose officer has stated one clearance after the other, and the server's side of it. */
class LongLog {
  readonly statements: Uint8Array[] = [];
  private readonly keys = [1, 2, 3].map(() => generateSigningKeyPair());
  private readonly hashes = new Map<string, Uint8Array>();
  private tree = Frontier.empty;
  /** What the server does instead of answering truly. */
  failsAfter = Infinity;
  proves = true;

  constructor() {
    const [root, identity, log] = this.keys as [Key, Key, Key];
    const at = Date.now() - 60_000;
    const person = ANNA;
    const anna: Signer = { kind: 'person', id: ANNA };
    const { publicKey: identityKey } = identity;
    const powers = ['clear', 'enrol'] as const;
    const policyHash = sha256(utf8('policy'));
    this.add({ type: 'root', at, ministry: POST, name: 'M', rootKey: root.publicKey, policyHash }, ROOT_SIGNER, root);
    this.add({ type: 'appoint', at, person, powers, mayAppoint: false, identityKey }, ROOT_SIGNER, root);
    this.add({ type: 'serverKey', at, purpose: 'log', key: log.publicKey }, ROOT_SIGNER, root);
    this.add({ type: 'enrol', at, person, name: 'Anna', post: POST, identityKey }, anna, identity);
    for (let i = 0; i < CLEARANCES; i++) {
      this.add({ type: 'clear', at: at + i, person, policy: 'p', level: 'SECRET', categories: [] }, anna, identity);
    }
  }

  get fingerprint(): string {
    return toBase64Url(statementId(this.statements[0] ?? new Uint8Array()));
  }

  /** Answers as the server does. */
  readonly session = {
    execute: (document: unknown, variables: Record<string, number>): Promise<unknown> => {
      if (document === StatementsDocument) return this.page(variables);
      if (document === LogConsistencyDocument) return Promise.resolve({ logConsistency: this.proof(variables) });
      return Promise.reject(new Error('the directory asks for nothing else'));
    },
  } as unknown as Session;

  private page({ after = 0, first = 0 }: Record<string, number>): Promise<unknown> {
    if (after >= this.failsAfter) return Promise.reject(new Error('the connection is lost'));
    const statements = this.statements.slice(after, after + first).map((payload, index) => ({
      seq: after + index + 1,
      payload: toBase64(payload),
    }));
    return Promise.resolve({
      statements: { statements, head: this.statements.length, checkpoint: this.checkpoint() },
    });
  }

  private proof({ older = 0, newer = 0 }: Record<string, number>): string[] {
    if (!this.proves) return [];
    return foldProof(consistencySteps(older, newer), this.hashes).map(toBase64);
  }

  private checkpoint(): string {
    const name = logOrigin(statementId(this.statements[0] ?? new Uint8Array()));
    const [, , log] = this.keys as [Key, Key, Key];
    const text = checkpointText({ origin: name, size: this.tree.size, root: this.tree.root });
    const keyId = keyIdOf({ name, publicKey: log.publicKey }, 'ed25519');
    const signature = sign(log.privateKey, noteBytes(text));
    return fromUtf8(encodeNote({ text, signatures: [{ name, keyId, signature }] }));
  }

  private add(body: StatementBody, signer: Signer, key: Key): void {
    const draft = draftStatement(body);
    const statement = assembleStatement(draft.body, signer, sign(key.privateKey, draft.bytesToSign));
    this.statements.push(statement);
    const { next, completed } = this.tree.append(leafHash(statement));
    for (const subtree of completed) this.hashes.set(subtreeKey(subtree), subtree.hash);
    this.tree = next;
  }
}

type Key = ReturnType<typeof generateSigningKeyPair>;

describe('the first way to a long directory', () => {
  let log: LongLog;
  let folder: string;
  let store: Store;
  const load = () => DirectorySync.load(store, log.fingerprint, systemTimer);

  beforeAll(async () => {
    await ready();
    log = new LongLog();
  });
  beforeEach(async () => {
    Object.assign(log, { failsAfter: Infinity, proves: true });
    folder = mkdtempSync(join(tmpdir(), 'chancery-sync-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(7) });
    await migrate(store);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('ends at the checkpoint', async () => {
    const sync = await load();
    expect(await sync.catchUp(log.session)).toBe(log.statements.length);
    expect(sync.held?.size).toBe(log.statements.length);
    expect((await load()).current.head).toBe(log.statements.length);
  });

  test('is not gone twice when it was cut short: what the checkpoint provably continues is kept', async () => {
    log.failsAfter = 2_200;
    const sync = await load();
    await expect(sync.catchUp(log.session)).rejects.toThrow('the connection is lost');
    expect([sync.current.head, sync.held?.size]).toEqual([2_000, 2_000]);
    log.failsAfter = Infinity;
    const again = await load();
    expect(again.current.head).toBe(2_000);
    await again.catchUp(log.session);
    expect(again.held?.size).toBe(log.statements.length);
  });

  test('keeps nothing that no checkpoint covers', async () => {
    Object.assign(log, { failsAfter: 2_200, proves: false });
    const sync = await load();
    await expect(sync.catchUp(log.session)).rejects.toThrow('the connection is lost');
    expect([sync.current.head, sync.held]).toEqual([0, undefined]);
    expect((await load()).current.head).toBe(0);
  });
});
