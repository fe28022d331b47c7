import { createSourceEventStream, execute } from 'graphql';
import type { DocumentNode, ExecutionArgs, ExecutionResult } from 'graphql';

type Results = WeakMap<DocumentNode, ExecutionResult | Promise<ExecutionResult>>;

/** Events whose answer is the same for every subscriber that asks with the same document. */
const shared = new WeakMap<object, Results>();

/**
 * Declares that what a document selects of this event does not depend on who asks, so that it is executed once for all
 * subscribers and not once for each. Only for events whose fields have no resolvers of their own.
 */
export function shareEvent<Event extends object>(event: Event): Event {
  shared.set(event, new WeakMap());
  return event;
}

/** The `subscribe` of graphql-js, except that shared events are executed once a document without variables. */
export async function subscribe(args: ExecutionArgs): Promise<AsyncGenerator<ExecutionResult> | ExecutionResult> {
  const source = await createSourceEventStream(args);
  if (!(Symbol.asyncIterator in source)) return source;
  return new MappedEvents(source[Symbol.asyncIterator](), (event) => executeFor(event, args));
}

function executeFor(event: unknown, args: ExecutionArgs): ExecutionResult | Promise<ExecutionResult> {
  const run = () => execute({ ...args, rootValue: event });
  const hasVariables = Object.keys(args.variableValues ?? {}).length > 0;
  const results = typeof event === 'object' && event !== null && !hasVariables ? shared.get(event) : undefined;
  if (!results) return run();
  const known = results.get(args.document);
  if (known) return known;
  const result = run();
  results.set(args.document, result);
  return result;
}

/** Written out, because an async generator would wait for the next event before it could end. */
class MappedEvents implements AsyncGenerator<ExecutionResult> {
  constructor(
    private readonly source: AsyncIterator<unknown>,
    private readonly map: (event: unknown) => ExecutionResult | Promise<ExecutionResult>,
  ) {}

  async next(): Promise<IteratorResult<ExecutionResult>> {
    const event = await this.source.next();
    return event.done ? { done: true, value: undefined } : { done: false, value: await this.map(event.value) };
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
}
