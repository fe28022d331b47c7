import type { Duplex } from 'node:stream';

import { GraphQLError } from 'graphql';
import type { FormattedExecutionResult, GraphQLFormattedError } from 'graphql';
import type { Context, ExecutionResult, ServerOptions } from 'graphql-ws';
import type { WebSocket } from 'ws';

import type { AppConfig } from '../../config/index.js';
import type { Log } from '../log/log.js';
import { Refusal } from '../refusal.js';
import type { AdmittedSocket, Gate, RequestContext } from './context.js';
import type { SubscriptionDocuments } from './operations.js';
import { isUnexpected, toPublicError } from './publicError.js';
import { Answers, subscribe } from './sharedEvents.js';

/** What belongs to one socket. */
export interface SocketExtra {
  readonly socket: WebSocket;
  /** What the WebSocket writes to. */
  readonly stream: Duplex;
  readonly address: string;
  readonly requestId: string;
  /** Present once the gate has admitted the socket. */
  context?: RequestContext;
}

type SocketContext = Context<Record<string, unknown>, SocketExtra>;

/** Time for the first message, with the credentials. */
const INIT_MS = 5_000;
/** Close codes: 4401 means that there is no use in trying again without a new session. */
const UNAUTHORIZED = 4401;
const TRY_LATER = 4429;

/** How the protocol behaves: who may connect, what may be asked, what errors say. */
export function socketOptions(
  config: AppConfig,
  gate: Gate,
  documents: SubscriptionDocuments,
  log: Log,
): ServerOptions<Record<string, unknown>, SocketExtra> {
  const tell = (context: SocketContext, errors: readonly GraphQLError[]) => tellErrors(log, context, errors);
  return {
    connectionInitWaitTimeout: INIT_MS,
    subscribe,
    onConnect: (context) => connect(gate, context),
    onSubscribe: (context, _id, payload) => {
      if (Object.keys(context.subscriptions).length > config.limits.subscriptionsPerSocket) return [tooMany()];
      const prepared = documents.prepare(payload);
      return 'schema' in prepared ? { ...prepared, contextValue: context.extra.context } : prepared;
    },
    onOperation: (context, id, _payload, _args, result) => {
      if (result instanceof Answers) result.writeTo(context.extra, id);
    },
    onNext: (context, _id, _payload, _args, result) => withPublicErrors(result, (errors) => tell(context, errors)),
    onError: (context, _id, _payload, errors) => tell(context, errors),
  };
}

async function connect(gate: Gate, { extra, connectionParams }: SocketContext): Promise<boolean> {
  const given = connectionParams?.['authorization'];
  const authorization = typeof given === 'string' ? given : undefined;
  try {
    const { address, requestId } = extra;
    extra.context = await gate.admit({ address, requestId, authorization }, admittedSocket(extra.socket));
    return true;
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    extra.socket.close(error.code === 'RATE_LIMITED' ? TRY_LATER : UNAUTHORIZED, error.code);
    return false;
  }
}

function admittedSocket(socket: WebSocket): AdmittedSocket {
  return {
    close: (code, reason) => {
      socket.close(code, reason);
    },
    onClosed: (listener) => {
      if (socket.readyState === socket.CLOSED) listener();
      else socket.once('close', listener);
    },
  };
}

function tooMany(): GraphQLError {
  const message = 'too many subscriptions on one socket';
  return new GraphQLError(message, { originalError: new Refusal('QUERY_REFUSED', message) });
}

function tellErrors(log: Log, context: SocketContext, errors: readonly GraphQLError[]): GraphQLFormattedError[] {
  const { requestId } = context.extra;
  for (const error of errors.filter(isUnexpected)) log.error('socket.error', error.originalError, { requestId });
  return errors.map((error) => toPublicError(error, requestId));
}

/** Undefined when there are no errors: then the result goes out as it is. */
function withPublicErrors(
  { data, errors }: ExecutionResult,
  tell: (errors: readonly GraphQLError[]) => GraphQLFormattedError[],
): FormattedExecutionResult | undefined {
  return errors && { data: data ?? null, errors: tell(errors) };
}
