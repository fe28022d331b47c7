import type { HintsSubscription, TypedDocumentString } from '#contracts';

import type { ChanceryError } from '../errors.js';

export type Hint = HintsSubscription['hints'];

export interface HintHandlers {
  /** The subscription stands (again): whatever happened before has to be fetched. */
  connected(): void;
  hint(hint: Hint): void;
  disconnected(): void;
  /** The server refuses this device for good; no attempt follows. */
  refused(error: ChanceryError): void;
}

export interface HintSubscription {
  close(): Promise<void>;
}

/** Says that something is not wanted any more, to whoever is at it: what an `AbortSignal` is where a platform has one. */
export interface StopSignal {
  readonly isGiven: boolean;
  /** @param listener - called at once where it was given already, and never again once the returned function was called */
  onGiven(listener: () => void): () => void;
}

export interface TransferRequest {
  readonly method: 'GET' | 'PATCH';
  /** Behind the server's origin, with the slash. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  /** Ends it on the line, with SERVER_UNREACHABLE. */
  readonly stop?: StopSignal | undefined;
}

export interface TransferAnswer {
  /** @param name in lower case */
  header(name: string): string | undefined;
  readonly bytes: Uint8Array;
}

/**
 * The way to the server. Requests may be lost, answered twice or answered late: whoever calls makes them idempotent.
 * Errors are ChanceryErrors: the server's own code where it answered, SERVER_UNREACHABLE where it did not in time.
 */
export interface Transport {
  /** Origin of the server as this client reaches it; it is part of what a device signs to open a session. */
  readonly origin: string;
  /** @param act - the signature that administrative operations carry, see `formatAct` */
  execute<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
    act?: string,
  ): Promise<Result>;
  /** Bytes that are too many for GraphQL, up or down. */
  transfer(request: TransferRequest, token: string): Promise<TransferAnswer>;
  /** Subscribes to hints and subscribes anew after every loss of the connection; `token` is asked each time. */
  hints(handlers: HintHandlers, token: () => Promise<string>): HintSubscription;
  close(): Promise<void>;
}
