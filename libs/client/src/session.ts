import { encodeChallenge, OpenSessionDocument, RequestChallengeDocument } from '#contracts';
import type { TypedDocumentString } from '#contracts';
import { fromBase64, sign, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError, hasCode } from './errors.js';
import type { Timer } from './ports/timer.js';
import type { Transport } from './ports/transport.js';

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

  /** A token that holds for a while. @throws ChanceryError DEVICE_REVOKED, UNAUTHENTICATED, SERVER_UNREACHABLE */
  async token(): Promise<string> {
    this.opening ??= this.open();
    try {
      const { token, endsAt } = await this.opening;
      if (endsAt - this.timer.now().getTime() > LEAST_REST_MS) return token;
      this.opening = this.open();
      return (await this.opening).token;
    } catch (error) {
      this.opening = undefined;
      throw error;
    }
  }

  /** Runs an operation; when the session has ended, once more with a new one. */
  async execute<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
  ): Promise<Result> {
    const token = await this.token();
    try {
      return await this.transport.execute(document, variables, token);
    } catch (error) {
      if (!hasCode(error, 'SESSION_EXPIRED', 'UNAUTHENTICATED')) throw error;
      this.opening = undefined;
      return this.transport.execute(document, variables, await this.token());
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
