import { ACT_HEADER } from '#contracts';
import type { TypedDocumentString } from '#contracts';

import { ChanceryError, toErrorCode } from '../errors.js';
import type { HintHandlers, HintSubscription, TransferAnswer, TransferRequest, Transport } from '../ports/transport.js';
import { requireSameTime } from './clock.js';
import { subscribeToHints } from './hints.js';

export interface TransportOptions {
  /** The platform's own where it has one; Node 20 has none. */
  readonly webSocket?: unknown;
  /** Milliseconds until a request counts as lost; default 30 seconds. */
  readonly timeoutMs?: number;
}

interface GraphQlError {
  readonly message: string;
  readonly extensions?: { readonly code?: unknown; readonly field?: unknown; readonly remedy?: unknown };
}

interface Answer<Result> {
  readonly data?: Result | null;
  readonly errors?: readonly GraphQlError[];
}

const TIMEOUT_MS = 30_000;
/** A piece of a file may take longer; the server gives up after a minute. */
const TRANSFER_TIMEOUT_MS = 58_000;
const ACCEPT = 'application/graphql-response+json, application/json';

/** GraphQL over HTTP with kept-alive connections, hints over graphql-ws. */
export function createTransport(server: string, options: TransportOptions = {}): Transport {
  return new HttpTransport(originOf(server), options);
}

function originOf(server: string): string {
  const url = URL.canParse(server) ? new URL(server) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) {
    throw new ChanceryError('BAD_INPUT', 'The server address is no http or https address.', { field: 'server' });
  }
  return url.origin;
}

class HttpTransport implements Transport {
  private readonly subscriptions = new Set<HintSubscription>();

  constructor(
    readonly origin: string,
    private readonly options: TransportOptions,
  ) {}

  async execute<Result, Variables>(
    document: TypedDocumentString<Result, Variables>,
    variables: Variables,
    token?: string,
    act?: string,
  ): Promise<Result> {
    const response = await this.post(JSON.stringify({ query: document.toString(), variables }), token, act);
    requireSameTime(response.headers.get('date'));
    const answer = await readAnswer<Result>(response);
    const [error] = answer.errors ?? [];
    if (error) throw translate(error);
    if (answer.data === undefined || answer.data === null) throw unreachable(`status ${String(response.status)}`);
    return answer.data;
  }

  async transfer({ method, path, headers, body, stop }: TransferRequest, token: string): Promise<TransferAnswer> {
    const authorization = `Bearer ${token}`;
    const control = new AbortController();
    const forget = stop?.onGiven(() => {
      control.abort();
    });
    const signal = AbortSignal.any([AbortSignal.timeout(TRANSFER_TIMEOUT_MS), control.signal]);
    try {
      const bytesToSend = (body as Uint8Array<ArrayBuffer> | undefined) ?? null; // never memory that is shared
      const init = { method, headers: { ...headers, authorization }, signal, body: bytesToSend };
      const response = await fetch(this.origin + path, init);
      if (!response.ok) throw await refusalIn(response);
      const bytes = new Uint8Array(await response.arrayBuffer());
      return { header: (name) => response.headers.get(name) ?? undefined, bytes };
    } catch (error) {
      throw error instanceof ChanceryError ? error : unreachable(reasonOf(error));
    } finally {
      forget?.();
    }
  }

  hints(handlers: HintHandlers, token: () => Promise<string>): HintSubscription {
    const subscription = subscribeToHints({ origin: this.origin, webSocket: this.options.webSocket }, handlers, token);
    this.subscriptions.add(subscription);
    return {
      close: () => {
        this.subscriptions.delete(subscription);
        return subscription.close();
      },
    };
  }

  async close(): Promise<void> {
    await Promise.all([...this.subscriptions].map((subscription) => subscription.close()));
  }

  private async post(body: string, token: string | undefined, act: string | undefined): Promise<Response> {
    const headers: Record<string, string> = { 'content-type': 'application/json', accept: ACCEPT };
    if (token !== undefined) headers['authorization'] = `Bearer ${token}`;
    if (act !== undefined) headers[ACT_HEADER] = act;
    const signal = AbortSignal.timeout(this.options.timeoutMs ?? TIMEOUT_MS);
    try {
      return await fetch(`${this.origin}/graphql`, { method: 'POST', headers, body, signal });
    } catch (error) {
      throw unreachable(reasonOf(error));
    }
  }
}

async function readAnswer<Result>(response: Response): Promise<Answer<Result>> {
  let text: string;
  try {
    text = await response.text();
  } catch (error) {
    throw unreachable(reasonOf(error));
  }
  try {
    return JSON.parse(text) as Answer<Result>;
  } catch {
    throw unreachable(`status ${String(response.status)}`);
  }
}

async function refusalIn(response: Response): Promise<ChanceryError> {
  const [error] = (await readAnswer(response)).errors ?? [];
  return error ? translate(error) : unreachable(`status ${String(response.status)}`);
}

function translate({ message, extensions }: GraphQlError): ChanceryError {
  const { code, field, remedy } = extensions ?? {};
  return new ChanceryError(toErrorCode(code), message, {
    field: typeof field === 'string' ? field : undefined,
    remedy: typeof remedy === 'string' ? remedy : undefined,
  });
}

function unreachable(reason: string): ChanceryError {
  return new ChanceryError('SERVER_UNREACHABLE', `The server did not answer (${reason}).`);
}

/** A system error code such as ECONNREFUSED, or the name of the error; never an address or a body. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const cause: unknown = error.cause;
  if (cause instanceof Error && 'code' in cause && typeof cause.code === 'string') return cause.code;
  return error.name;
}
