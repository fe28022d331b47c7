import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  CreatePostDocument,
  decodeAct,
  encodeAct,
  encodeChallenge,
  encodeRequest,
  MeDocument,
  OpenSessionDocument,
  OwnNewestActDocument,
  parseAct,
  readChallenge,
  RequestChallengeDocument,
} from '#contracts';
import type { AuditSeen, OpenSessionInput, TypedDocumentString } from '#contracts';
import { equalBytes, fromBase64, generateSigningKeyPair, ready, sha256, toBase64, verifySignature } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { AUDIT_START, auditHash, decodeAuditEntry, encodeAuditEntry } from '#transparency';
import type { AuditEntry, AuditNote } from '#transparency';

import { AuditMemory } from './audit/auditMemory.js';
import type { AuditPlace } from './audit/types.js';
import { ChanceryError } from './errors.js';
import { disk } from './node/disk.js';
import type { Store } from './ports/store.js';
import type { Timer } from './ports/timer.js';
import type { Transport } from './ports/transport.js';
import { migrate } from './schema.js';
import { Session } from './session.js';
import { openStore } from './vault/store.js';

const ORIGIN = 'https://chancery.example';
const DEVICE = '019a5c2e-8f00-7abc-8def-0123456789ab';

/** A clock that a test holds. */
const stoppedAt = (now: () => Date): Timer => ({
  now,
  elapsed: () => now().getTime(),
  after: () => () => undefined,
  pause: () => Promise.resolve(),
});

/** A server that checks signatures and keeps an audit trail as the real one does; `expire` makes every token void. */
class Gate implements Transport {
  opened = 0;
  readonly trail: Uint8Array[] = [];
  /** What becomes of an entry that is to be shown; none by default. */
  show = (entry: Uint8Array | undefined): Uint8Array | undefined => entry;
  nameItself = ORIGIN;
  private valid = '';
  readonly origin = ORIGIN;
  private readonly challenge = { id: 'c1', nonce: toBase64(new Uint8Array(32)), expiresAt: '2030-01-01T00:00:00.000Z' };

  constructor(private readonly publicKey: Uint8Array) {}

  expire(): void {
    this.valid = '';
  }

  execute<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
    act?: string,
  ): Promise<Result> {
    return Promise.resolve().then(() => this.answer(document.toString(), variables, token, act) as Result);
  }

  transfer(): never {
    throw new Error('not asked for');
  }

  hints(): never {
    throw new Error('not asked for');
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  private answer(document: string, variables: unknown, token: string | undefined, act: string | undefined): unknown {
    if (document === RequestChallengeDocument.toString()) {
      return { requestChallenge: { ...this.challenge, origin: this.nameItself } };
    }
    if (document === OpenSessionDocument.toString()) return this.open(variables as { input: OpenSessionInput });
    if (token !== this.valid) throw new ChanceryError('SESSION_EXPIRED', 'the session has ended');
    if (document === CreatePostDocument.toString()) return this.createPost(variables, act);
    if (document === OwnNewestActDocument.toString()) return { ownNewestAct: this.shown(this.trail.at(-1)) };
    return { token };
  }

  private open({ input }: { input: OpenSessionInput }): unknown {
    const { id: challengeId, nonce, expiresAt } = this.challenge;
    const seen = input.seen ? { entry: input.seen.entry, hash: fromBase64(input.seen.hash) } : undefined;
    const signed = { challengeId, nonce: fromBase64(nonce), origin: ORIGIN, deviceId: DEVICE, expiresAt, seen };
    const [bytes, signature] = [encodeChallenge(signed), fromBase64(input.signature)];
    if (!verifySignature(this.publicKey, bytes, signature)) {
      throw new ChanceryError('CHALLENGE_INVALID', 'the challenge was not met');
    }
    this.requireSeen(seen);
    this.enter({ kind: 'login', operation: 'openSession', signed: { input: bytes, signature } });
    this.opened += 1;
    this.valid = `token ${String(this.opened)}`;
    const end = new Date(Date.now() + 3_600_000).toISOString();
    return { openSession: { token: this.valid, expiresAt: end, entered: this.shown(this.trail.at(-1)) } };
  }

  private createPost(variables: unknown, act = ''): unknown {
    const { at = 0, signature = '', seen: given } = parseAct(act) ?? {};
    const seen = given && { entry: given.entry, hash: fromBase64(given.hash) };
    const request = sha256(encodeRequest(CreatePostDocument.toString(), variables));
    const input = encodeAct({ deviceId: DEVICE, origin: ORIGIN, operation: 'createPost', request, at, seen });
    if (!verifySignature(this.publicKey, input, fromBase64(signature))) throw new Error('the act is not signed');
    this.requireSeen(seen);
    this.enter({ kind: 'act', operation: 'createPost', signed: { input, signature: fromBase64(signature) } });
    return { createPost: { id: 'post' } };
  }

  private requireSeen(seen: AuditSeen | undefined): void {
    const here = seen && this.trail[seen.entry - 1];
    if (!seen || (here && equalBytes(auditHash(here), seen.hash))) return;
    throw new ChanceryError('AUDIT_BROKEN', 'the audit trail does not hold this');
  }

  enter(note: Pick<AuditNote, 'kind' | 'operation' | 'signed'>): void {
    const last = this.trail.at(-1);
    const place = { seq: this.trail.length + 1, at: Date.now(), prev: last ? auditHash(last) : AUDIT_START.hash };
    this.trail.push(encodeAuditEntry({ ...note, outcome: 'DONE', device: DEVICE, ...place }));
  }

  private shown(entry: Uint8Array | undefined): unknown {
    const shown = this.show(entry);
    return shown ? { seq: decodeAuditEntry(shown).seq, payload: toBase64(shown) } : null;
  }
}

const framed = (entry: Uint8Array): Uint8Array =>
  encodeAuditEntry({ ...decodeAuditEntry(entry), device: '019a5c2e-8f00-7abc-8def-ba9876543210' });

/** What the device had seen when it signed an entry. */
function seenBy({ kind, signed }: AuditEntry): number | undefined {
  const input = signed?.input ?? new Uint8Array();
  return (kind === 'login' ? readChallenge(input) : decodeAct(input))?.seen?.entry;
}

describe('the session of a device', () => {
  let key: SigningKeyPair;
  let gate: Gate;
  let now: Date;
  let folder: string;
  let store: Store;
  let memory: AuditMemory;
  let losses: AuditPlace[];
  let session: Session;
  const sessionWith = (own: SigningKeyPair): Session => {
    const timer = stoppedAt(() => now);
    return new Session(gate, DEVICE, own, timer, memory);
  };

  beforeAll(() => ready());
  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'chancery-session-'));
    store = await openStore({ disk, path: join(folder, 'vault.db'), key: new Uint8Array(32).fill(3) });
    await migrate(store);
    key = generateSigningKeyPair();
    gate = new Gate(key.publicKey);
    now = new Date();
    losses = [];
    memory = new AuditMemory(store, DEVICE, (lost) => losses.push(lost));
    session = sessionWith(key);
  });
  afterEach(async () => {
    await store.close();
    rmSync(folder, { recursive: true });
  });

  test('is opened once for many requests', async () => {
    await Promise.all([
      session.execute(MeDocument, {}),
      session.execute(MeDocument, {}),
      session.execute(MeDocument, {}),
    ]);
    expect(gate.opened).toBe(1);
  });

  test('is opened again when the server has ended it', async () => {
    await session.execute(MeDocument, {});
    gate.expire();
    await session.execute(MeDocument, {});
    expect(gate.opened).toBe(2);
  });

  test('is opened again before its time is over', async () => {
    await session.execute(MeDocument, {});
    now = new Date(now.getTime() + 3_599_000);
    await session.execute(MeDocument, {});
    expect(gate.opened).toBe(2);
  });

  test('is not opened with a server that says it is another one', async () => {
    gate.nameItself = 'https://look-alike.example';
    await expect(session.execute(MeDocument, {})).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
  });

  test('is not opened with another key, and tried anew at the next request', async () => {
    const wrong = sessionWith(generateSigningKeyPair());
    await expect(wrong.execute(MeDocument, {})).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
    await expect(wrong.execute(MeDocument, {})).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
  });

  describe('and the audit trail', () => {
    const POST = { input: { id: 'post', name: 'Desk', kind: 'DEPARTMENT', timeZone: 'Europe/Paris' } } as const;
    const act = () => session.execute(CreatePostDocument, POST);
    const again = async (): Promise<void> => {
      gate.expire();
      await session.execute(MeDocument, {});
    };
    const seen = () => gate.trail.map(decodeAuditEntry).map(seenBy);

    test('signs with each login and act the entry of the one before', async () => {
      await act();
      gate.enter({ kind: 'refusal', operation: 'createPost' });
      await again();
      await act();
      expect(seen()).toEqual([undefined, 1, undefined, 2, 4]);
      expect(await memory.newest()).toMatchObject({ entry: 5 });
      expect(losses).toEqual([]);
    });

    test('goes on from the vault after a restart', async () => {
      await act();
      memory = new AuditMemory(store, DEVICE, (lost) => losses.push(lost));
      session = sessionWith(key);
      await session.execute(MeDocument, {});
      expect(seen()).toEqual([undefined, 1, 2]);
    });

    test('finds out that the trail was cut off behind, keeps the evidence and goes on', async () => {
      await act();
      gate.trail.length = 1;
      await again();
      expect(losses).toMatchObject([{ entry: 2 }]);
      expect(await memory.lost()).toEqual(losses);
      await again();
      expect(seen()).toEqual([undefined, undefined, 2]);
      expect(losses).toHaveLength(1);
      await memory.dismiss();
      expect(await memory.lost()).toEqual([]);
      expect(await memory.newest()).toMatchObject({ entry: 3 });
    });

    test('finds out that the trail was written anew', async () => {
      await act();
      const second = decodeAuditEntry(gate.trail[1]!);
      gate.trail[1] = encodeAuditEntry({ ...second, operation: 'createCollection' });
      await again();
      expect(losses).toMatchObject([{ entry: 2 }]);
    });

    test.each<[string, (entry: Uint8Array | undefined) => Uint8Array | undefined]>([
      ['shows nothing', () => undefined],
      ['shows an entry from before', () => gate.trail[0]],
      ['shows what another device has done', (entry) => entry && framed(entry)],
    ])('finds out that the server has not entered its act: it %s', async (_, show) => {
      await session.execute(MeDocument, {});
      gate.show = show;
      await act();
      expect(losses).toMatchObject([{ entry: 1 }]);
    });

    test('takes nothing for lost when two acts are under way at once', async () => {
      await Promise.all([act(), act(), session.execute(MeDocument, {}), act()]);
      expect(losses).toEqual([]);
      expect(seen()).toEqual([undefined, 1, 2, 3]);
    });
  });
});
