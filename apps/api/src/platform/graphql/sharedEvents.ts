import { createSourceEventStream, execute, getOperationAST } from 'graphql';
import type { ExecutionArgs, ExecutionResult, OperationDefinitionNode } from 'graphql';
import type { WebSocket } from 'ws';

/** Bytes that wait to go out on one socket; beyond them the source is asked for nothing more. */
const MAX_WAITING_BYTES = 512 * 1024;
const TEXT = { binary: false };

/** Answers of one event by operation of a document, each a message of the protocol without its id. */
type Messages = WeakMap<OperationDefinitionNode, Buffer>;

/** Events whose answer is the same for every subscriber that asks with the same operation of the same document. */
const shared = new WeakMap<object, Messages>();

/**
 * Declares that what a document selects of this event does not depend on who asks, so that it is executed and written
 * out once for all subscribers and not once for each. Only for events whose fields have no resolvers of their own.
 */
export function shareEvent<Event extends object>(event: Event): Event {
  shared.set(event, new WeakMap());
  return event;
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
  #socket: { readonly to: WebSocket; readonly tail: Buffer } | undefined;

  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly args: ExecutionArgs,
  ) {
    // an answer that depends on variables is not shared
    const hasVariables = Object.keys(args.variableValues ?? {}).length > 0;
    this.#operation = hasVariables ? undefined : (getOperationAST(args.document, args.operationName) ?? undefined);
  }

  /** @param id - of the subscription on this socket */
  writeTo(to: WebSocket, id: string): void {
    this.#socket = { to, tail: Buffer.from(`,"id":${JSON.stringify(id)}}`) };
  }

  async next(): Promise<IteratorResult<ExecutionResult>> {
    for (;;) {
      const event = await this.source.next();
      if (event.done) return { done: true, value: undefined };
      const message = this.#socket && this.#sharedMessage(event.value);
      if (!message) return { done: false, value: await this.#execute(event.value) };
      await this.#write(message);
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
  #sharedMessage(event: unknown): Buffer | undefined {
    const operation = this.#operation;
    const messages = typeof event === 'object' && event !== null ? shared.get(event) : undefined;
    if (!messages || !operation) return undefined;
    const known = messages.get(operation);
    if (known) return known;
    const result = this.#execute(event);
    if (result instanceof Promise || result.errors) return undefined;
    const message = Buffer.from(`{"type":"next","payload":${JSON.stringify(result)}`);
    messages.set(operation, message);
    return message;
  }

  /** Resolves at once while there is room, else when the client has read what was sent. */
  async #write(message: Buffer): Promise<void> {
    if (!this.#socket) return;
    const { to, tail } = this.#socket;
    const data = Buffer.concat([message, tail]);
    if (to.readyState !== to.OPEN) return;
    if (to.bufferedAmount <= MAX_WAITING_BYTES) {
      to.send(data, TEXT);
      return;
    }
    await new Promise<void>((resolve) => {
      to.send(data, TEXT, () => {
        resolve();
      });
    });
  }
}
