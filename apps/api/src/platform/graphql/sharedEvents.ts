import type { Duplex } from 'node:stream';

import { createSourceEventStream, execute, getOperationAST } from 'graphql';
import type { ExecutionArgs, ExecutionResult, OperationDefinitionNode } from 'graphql';
import type { WebSocket } from 'ws';

/** Bytes that wait to go out on one socket; beyond them the source is asked for nothing more. */
const MAX_WAITING_BYTES = 512 * 1024;

/** A socket and the stream under it. */
export interface Client {
  readonly socket: WebSocket;
  readonly stream: Duplex;
}

/** Answers of one event, each a message of the protocol without its id, by operation: few, as clients ask alike. */
type Messages = { readonly operation: OperationDefinitionNode; readonly message: string }[];

/** Marks events; a property costs the garbage collector less than a WeakMap for every event. */
const MESSAGES = Symbol('messages');

/**
 * Declares that what an operation selects of this event does not depend on who asks, so that it is executed and written
 * out once for all subscribers and not once for each. Only for events whose fields have no resolvers of their own.
 */
export function shareEvent<Event extends object>(event: Event): Event {
  return { ...event, [MESSAGES]: [] };
}

function messagesOf(event: unknown): Messages | undefined {
  return (event as { [MESSAGES]?: Messages } | null | undefined)?.[MESSAGES];
}

/** As graphql-js subscribes, but the answers can also go straight to a socket. */
export async function subscribe(args: ExecutionArgs): Promise<Answers | ExecutionResult> {
  const source = await createSourceEventStream(args);
  return Symbol.asyncIterator in source ? new Answers(source[Symbol.asyncIterator](), args) : source;
}

/**
 * The answers to one subscription. With a socket, those that are shared are written to it as they come, no faster than
 * the client reads, and only the others are returned, for the protocol to format: errors, and what depends on who asks.
 */
export class Answers implements AsyncGenerator<ExecutionResult> {
  readonly #operation: OperationDefinitionNode | undefined;
  #client: Client | undefined;
  #tail = '';

  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly args: ExecutionArgs,
  ) {
    // an answer that depends on variables is not shared
    const hasVariables = Object.keys(args.variableValues ?? {}).length > 0;
    this.#operation = hasVariables ? undefined : (getOperationAST(args.document, args.operationName) ?? undefined);
  }

  /** @param id - of the subscription on this socket */
  writeTo(client: Client, id: string): void {
    this.#client = client;
    this.#tail = `,"id":${JSON.stringify(id)}}`;
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    for (;;) {
      const event = await this.source.next();
      if (event.done) return { done: true, value: undefined };
      const message = this.#client && this.#sharedMessage(event.value);
      if (!this.#client || !message) return { done: false, value: await this.#execute(event.value) };
      const room = write(this.#client, message + this.#tail);
      if (room) await room;
    }
  }

  async return(): Promise<IteratorResult<ExecutionResult>> {
    await this.source.return?.();
    return { done: true, value: undefined };
  }

  async throw(error: unknown): Promise<IteratorResult<ExecutionResult>> {
    await this.source.return?.();
    throw error;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  #execute(event: unknown): ExecutionResult | Promise<ExecutionResult> {
    return execute({ ...this.args, rootValue: event });
  }

  /** Undefined for what is not the same for everybody. */
  #sharedMessage(event: unknown): string | undefined {
    const operation = this.#operation;
    const messages = messagesOf(event);
    if (!messages || !operation) return undefined;
    const known = messages.find((candidate) => candidate.operation === operation);
    if (known) return known.message;
    const result = this.#execute(event);
    if (result instanceof Promise || result.errors) return undefined;
    const message = `{"type":"next","payload":${JSON.stringify(result)}`;
    messages.push({ operation, message });
    return message;
  }
}

/** Resolves when the client has read enough to take more, or is gone; undefined when it can take more at once. */
function write({ socket, stream }: Client, message: string): Promise<void> | undefined {
  if (socket.readyState !== socket.OPEN) return undefined;
  together(stream);
  if (socket.bufferedAmount <= MAX_WAITING_BYTES) {
    socket.send(message);
    return undefined;
  }
  return new Promise((resolve) => {
    socket.send(message, () => {
      resolve();
    });
  });
}

const corked = new Set<Duplex>();

/** What is written to a stream in one turn of the event loop goes out in one call of the system. */
function together(stream: Duplex): void {
  if (corked.has(stream)) return;
  if (corked.size === 0) setImmediate(uncork);
  corked.add(stream);
  stream.cork();
}

function uncork(): void {
  const streams = [...corked];
  corked.clear();
  for (const stream of streams) stream.uncork();
}
