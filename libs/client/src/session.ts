import {
  administrativeOperation,
  encodeAct,
  encodeChallenge,
  encodeRequest,
  formatAct,
  OpenSessionDocument,
  RequestChallengeDocument,
} from '#contracts';
import type { TypedDocumentString } from '#contracts';
import { fromBase64, sha256, sign, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError, hasCode } from './errors.js';
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

/** The device's session: opened by signing a challenge, opened again when it has ended. The token is never stored. */
export class Session {
  private opening: Promise<OpenSession> | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly deviceId: string,
    private readonly deviceKey: SigningKeyPair,
    private readonly timer: Timer,
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
    return this.authorised((token) =>
      this.transport.execute(document, variables, token, this.signed(document.toString(), variables)),
    );
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

  /** The device's signature over an administrative request, its document and variables; undefined for any other. */
  private signed(query: string, variables: unknown): string | undefined {
    const operation = administrativeOperation(query);
    if (operation === undefined) return undefined;
    // as the server will find them in JSON
    const request = sha256(encodeRequest(query, JSON.parse(JSON.stringify(variables))));
    const { deviceId, origin } = this;
    const at = this.timer.now().getTime();
    const input = encodeAct({ deviceId, origin, operation, request, at });
    return formatAct({ at, signature: toBase64(sign(this.deviceKey.privateKey, input)) });
  }

  /** Unless another request has brought a newer one meanwhile. */
  private async forget(token: string): Promise<void> {
    const current = await this.opening?.catch(() => undefined);
    if (current?.token === token) this.opening = undefined;
  }

  /** A challenge serves one attempt: one whose answer was lost, or that arrived twice, is void though nothing is wrong. */
  private async openAnew(attempts = MAX_CHALLENGES): Promise<OpenSession> {
    try {
      return await this.open();
    } catch (error) {
      if (attempts <= 1 || !hasCode(error, 'CHALLENGE_INVALID')) throw error;
      return this.openAnew(attempts - 1);
    }
  }

  private async open(): Promise<OpenSession> {
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
    const signed = encodeChallenge({
      challengeId: challenge.id,
      nonce: fromBase64(challenge.nonce),
      origin: transport.origin,
      deviceId,
      expiresAt: challenge.expiresAt,
    });
    const input = { challengeId: challenge.id, deviceId, signature: toBase64(sign(this.deviceKey.privateKey, signed)) };
    const { openSession } = await transport.execute(OpenSessionDocument, { input });
    return { token: openSession.token, endsAt: Date.parse(openSession.expiresAt) };
  }
}
