import { encodeChallenge, MeDocument, OpenSessionDocument, RequestChallengeDocument } from '#contracts';
import type { TypedDocumentString } from '#contracts';
import { fromBase64, generateSigningKeyPair, ready, toBase64, verifySignature } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError } from './errors.js';
import type { Timer } from './ports/timer.js';
import type { Transport } from './ports/transport.js';
import { Session } from './session.js';

const ORIGIN = 'https://chancery.example';
const DEVICE = '019a5c2e-8f00-7abc-8def-0123456789ab';

/** A clock that a test holds. */
const stoppedAt = (now: () => Date): Timer => ({ now, after: () => () => undefined, pause: () => Promise.resolve() });

/** A server that checks signatures as the real one does; `expire` makes every token void. */
class Gate implements Transport {
  opened = 0;
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
  ): Promise<Result> {
    return Promise.resolve().then(() => this.answer(document.toString(), variables, token) as Result);
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

  private answer(document: string, variables: unknown, token: string | undefined): unknown {
    if (document === RequestChallengeDocument.toString()) {
      return { requestChallenge: { ...this.challenge, origin: this.nameItself } };
    }
    if (document === OpenSessionDocument.toString()) return this.open(variables as { input: { signature: string } });
    if (token !== this.valid) throw new ChanceryError('SESSION_EXPIRED', 'the session has ended');
    return { token };
  }

  private open({ input }: { input: { signature: string } }): unknown {
    const { id: challengeId, nonce, expiresAt } = this.challenge;
    const signed = { challengeId, nonce: fromBase64(nonce), origin: ORIGIN, deviceId: DEVICE, expiresAt };
    if (!verifySignature(this.publicKey, encodeChallenge(signed), fromBase64(input.signature))) {
      throw new ChanceryError('CHALLENGE_INVALID', 'the challenge was not met');
    }
    this.opened += 1;
    this.valid = `token ${String(this.opened)}`;
    return { openSession: { token: this.valid, expiresAt: new Date(Date.now() + 3_600_000).toISOString() } };
  }
}

describe('the session of a device', () => {
  let key: SigningKeyPair;
  let gate: Gate;
  let now: Date;
  let session: Session;

  beforeAll(() => ready());
  beforeEach(() => {
    key = generateSigningKeyPair();
    gate = new Gate(key.publicKey);
    now = new Date();
    session = new Session(
      gate,
      DEVICE,
      key,
      stoppedAt(() => now),
    );
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
    const wrong = new Session(
      gate,
      DEVICE,
      generateSigningKeyPair(),
      stoppedAt(() => now),
    );
    await expect(wrong.execute(MeDocument, {})).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
    await expect(wrong.execute(MeDocument, {})).rejects.toMatchObject({ code: 'CHALLENGE_INVALID' });
  });
});
