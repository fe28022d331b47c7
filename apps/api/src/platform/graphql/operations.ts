import { GraphQLError, OperationTypeNode, getOperationAST, parse, specifiedRules, validate } from 'graphql';
import type { DocumentNode, ExecutionArgs, GraphQLSchema, ValidationRule } from 'graphql';

import { Refusal } from '../refusal.js';

const MAX_REMEMBERED = 500;

/** A subscription as a client asks for it. */
export interface SubscribePayload {
  readonly query: string;
  readonly operationName?: string | null | undefined;
  readonly variables?: Record<string, unknown> | null | undefined;
}

/** Parses and checks the documents of sockets as Apollo Server does for HTTP; documents that passed are remembered. */
export class SubscriptionDocuments {
  readonly #passed = new Map<string, DocumentNode>();
  readonly #rules: readonly ValidationRule[];

  constructor(
    private readonly schema: GraphQLSchema,
    limits: readonly ValidationRule[],
    private readonly maxTokens: number,
  ) {
    this.#rules = [...specifiedRules, ...limits];
  }

  /** What to execute, or why not. */
  prepare(payload: SubscribePayload): ExecutionArgs | readonly GraphQLError[] {
    const document = this.#document(payload.query);
    if (!('kind' in document)) return document;
    const operation = getOperationAST(document, payload.operationName);
    if (operation?.operation !== OperationTypeNode.SUBSCRIPTION) return [onlySubscriptions()];
    return {
      schema: this.schema,
      document,
      operationName: payload.operationName,
      variableValues: payload.variables,
    };
  }

  #document(query: string): DocumentNode | readonly GraphQLError[] {
    const known = this.#passed.get(query);
    if (known) return known;
    const document = this.#parse(query);
    if (document instanceof GraphQLError) return [document];
    const errors = validate(this.schema, document, this.#rules);
    if (errors.length > 0) return errors;
    if (this.#passed.size >= MAX_REMEMBERED) this.#passed.clear();
    this.#passed.set(query, document);
    return document;
  }

  #parse(query: string): DocumentNode | GraphQLError {
    try {
      return parse(query, { maxLexicalTokens: this.maxTokens });
    } catch (error) {
      if (error instanceof GraphQLError) return error;
      throw error;
    }
  }
}

function onlySubscriptions(): GraphQLError {
  const message = 'a socket takes subscriptions only; send queries and mutations over HTTP';
  return new GraphQLError(message, { originalError: new Refusal('QUERY_REFUSED', message) });
}
