import {
  administrativeOperation,
  encodeAct,
  encodeChallenge,
  encodeRequest,
  formatAct,
  OpenSessionDocument,
  OwnNewestActDocument,
  RequestChallengeDocument,
} from '#contracts';
import type { AuditSeen, TypedDocumentString } from '#contracts';
import { fromBase64, sha256, sign, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { AuditMemory } from './audit/auditMemory.js';
import { ChanceryError, hasCode } from './errors.js';
import { Mutex } from './mutex.js';
import type { Timer } from './ports/timer.js';
import type { TransferAnswer, TransferRequest, Transport } from './ports/transport.js';

/** Challenges in a row that may turn out void before something else must be wrong. */
const MAX_CHALLENGES = 5;
/** A token that ends sooner than this is not used any more. */
const LEAST_REST_MS = 20_000;

interface OpenSession {
  readonly token: string;
  readonly endsAt: number;
}

/** An administrative request as its device has signed it. */
interface SignedAct {
  readonly header: string;
  readonly seen: AuditSeen | undefined;
  readonly input: Uint8Array;
  readonly signature: Uint8Array;
}

/** The device's session: opened by signing a challenge, opened again when it has ended. The token is never stored. */
export class Session {
  private opening: Promise<OpenSession> | undefined;
  /** One act at a time, each with the one before in sight. */
  private readonly acting = new Mutex();

  constructor(
    private readonly transport: Transport,
    private readonly deviceId: string,
    private readonly deviceKey: SigningKeyPair,
    private readonly timer: Timer,
    private readonly memory: AuditMemory,
  ) {}

  /** Origin of the server as this device reaches it. */
  get origin(): string {
    return this.transport.origin;
  }

  /** A token that holds for a while. @throws ChanceryError DEVICE_REVOKED, UNAUTHENTICATED, SERVER_UNREACHABLE */
  async token(): Promise<string> {
    this.opening ??= this.openAnew();
    try {
      const { token, endsAt } = await this.opening;
      if (endsAt - this.timer.now().getTime() > LEAST_REST_MS) return token;
      this.opening = this.openAnew();
      return (await this.opening).token;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /** Runs an operation; when the session has ended, once more with a new one. */
  execute<Result, Variables>(document: TypedDocumentString<Result, Variables>, variables: Variables): Promise<Result> {
    const operation = administrativeOperation(document.toString());
    if (operation === undefined) return this.authorised((token) => this.transport.execute(document, variables, token));
    return this.acting.run(async () => {
      // the login, if there has to be one, is seen first
      await this.token();
      return this.seeing((seen) => this.act(operation, document, variables, seen));
    });
  }

  /** Bytes outside of GraphQL, like `execute`. */
  transfer(request: TransferRequest): Promise<TransferAnswer> {
    return this.authorised((token) => this.transport.transfer(request, token));
  }

  private async authorised<Result>(ask: (token: string) => Promise<Result>): Promise<Result> {
    const token = await this.token();
    try {
      return await ask(token);
    } catch (error) {
      if (!hasCode(error, 'SESSION_EXPIRED', 'UNAUTHENTICATED')) throw error;
      await this.forget(token);
      return ask(await this.token());
    }
  }

  /** An administrative request: signed by the device, and then looked for in the audit trail. */
  private async act<Result, Variables>(
    operation: string,
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    seen: AuditSeen | undefined,
  ): Promise<Result> {
    // as the server will find them in JSON
    const request = sha256(encodeRequest(document.toString(), JSON.parse(JSON.stringify(variables))));
    let signed: SignedAct | undefined;
    const result = await this.authorised((token) => {
      signed = this.sign(operation, request, seen);
      return this.transport.execute(document, variables, token, signed.header);
    });
    if (signed) await this.lookFor(signed);
    return result;
  }

  private sign(operation: string, request: Uint8Array, seen: AuditSeen | undefined): SignedAct {
    const { deviceId, origin } = this;
    const at = this.timer.now().getTime();
    const input = encodeAct({ deviceId, origin, operation, request, at, seen });
    const signature = sign(this.deviceKey.privateKey, input);
    const place = seen && { entry: seen.entry, hash: toBase64(seen.hash) };
    return { header: formatAct({ at, signature: toBase64(signature), seen: place }), seen, input, signature };
  }

  /** The act is done, whatever comes of this. */
  private async lookFor({ input, signature, seen }: SignedAct): Promise<void> {
    try {
      const { ownNewestAct } = await this.authorised((token) =>
        this.transport.execute(OwnNewestActDocument, {}, token),
      );
      await this.memory.entered(ownNewestAct, { kind: 'act', input, signature, seen });
    } catch (error) {
      if (!(error instanceof ChanceryError)) throw error;
    }
  }

  /** Works with what this device has seen of the audit trail; without, when the server says that the trail has no such entry. */
  private async seeing<Result>(work: (seen: AuditSeen | undefined) => Promise<Result>): Promise<Result> {
    const seen = await this.memory.seen();
    try {
      return await work(seen);
    } catch (error) {
      if (!seen || !hasCode(error, 'AUDIT_BROKEN')) throw error;
      await this.memory.contradicted(seen);
      return work(undefined);
    }
  }

  /** Unless another request has brought a newer one meanwhile. */
  private async forget(token: string): Promise<void> {
    const current = await this.opening?.catch(() => undefined);
    if (current?.token === token) this.opening = undefined;
  }

  /** A challenge serves one attempt: one whose answer was lost, or that arrived twice, is void though nothing is wrong. */
  private async openAnew(attempts = MAX_CHALLENGES): Promise<OpenSession> {
    try {
      return await this.seeing((seen) => this.open(seen));
    } catch (error) {
      if (attempts <= 1 || !hasCode(error, 'CHALLENGE_INVALID')) throw error;
      return this.openAnew(attempts - 1);
    }
  }

  private async open(seen: AuditSeen | undefined): Promise<OpenSession> {
    const { deviceId, transport } = this;
    const { requestChallenge: challenge } = await transport.execute(RequestChallengeDocument, { deviceId });
    if (challenge.origin !== transport.origin) {
      throw new ChanceryError(
        'CHALLENGE_INVALID',
        `The server says that it is ${challenge.origin}, not ${transport.origin}.`,
        {
          remedy: 'Use the address of the server exactly as its enrolment links name it.',
        },
      );
    }
    const { id: challengeId, expiresAt } = challenge;
    const nonce = fromBase64(challenge.nonce);
    const signed = encodeChallenge({ challengeId, nonce, origin: transport.origin, deviceId, expiresAt, seen });
    const signature = sign(this.deviceKey.privateKey, signed);
    const place = seen && { entry: seen.entry, hash: toBase64(seen.hash) };
    const input = { challengeId, deviceId, signature: toBase64(signature), ...(place && { seen: place }) };
    const { openSession } = await transport.execute(OpenSessionDocument, { input });
    await this.memory.entered(openSession.entered, { kind: 'login', input: signed, signature, seen });
    return { token: openSession.token, endsAt: Date.parse(openSession.expiresAt) };
  }
}
