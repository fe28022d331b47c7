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

/**
 * The way to the server. Requests may be lost, answered twice or answered late: whoever calls makes them idempotent.
 * Errors are ChanceryErrors: the server's own code where it answered, SERVER_UNREACHABLE where it did not in time.
 */
export interface Transport {
  /** Origin of the server as this client reaches it; it is part of what a device signs to open a session. */
  readonly origin: string;
  execute<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
  ): Promise<Result>;
  /** Subscribes to hints and subscribes anew after every loss of the connection; `token` is asked each time. */
  hints(handlers: HintHandlers, token: () => Promise<string>): HintSubscription;
  close(): Promise<void>;
}
