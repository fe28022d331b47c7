import type { FastifyRequest } from 'fastify';
import type { GraphQLSchema } from 'graphql';

import { ACT_HEADER } from '#contracts';

export const GRAPHQL_PATH = '/graphql';

/** A request that somebody has signed: what was asked for, and the header that says so. Nothing of it is verified yet. */
export interface SignedRequest {
  /** The header `ACT_HEADER`. */
  readonly act: string;
  readonly query: string;
  /** As they came in JSON. */
  readonly variables: unknown;
}

/** What every resolver of one request, or of one socket, shares. */
export interface RequestContext {
  readonly requestId: string;
  /** Address of the client, as far as trusted proxies tell it. */
  readonly address: string;
  readonly signedRequest?: SignedRequest;
}

/** A client's socket, as far as whoever admits it may act on it. */
export interface AdmittedSocket {
  /** @param code - 4000 to 4999 @param reason - an error code */
  close(code: number, reason: string): void;
  onClosed(listener: () => void): void;
}

/** How a client presents itself. */
export interface Credentials {
  readonly requestId: string;
  readonly address: string;
  /** `Bearer …`, from the header or the socket's connection parameters. */
  readonly authorization: string | undefined;
  readonly signedRequest?: SignedRequest;
}

/** Decides who may come in; implemented by access, so that the platform knows no feature. */
export abstract class Gate {
  /** Never throws: a resolver that needs a caller refuses when there is none. */
  abstract contextFor(credentials: Credentials): Promise<RequestContext>;
  /** Throws a Refusal when the socket may not stay; keeps watch over it otherwise. */
  abstract admit(credentials: Credentials, socket: AdmittedSocket): Promise<RequestContext>;
  /** Puts the rules around the fields of a schema, in place. Throws when a root field has none. */
  abstract protect(schema: GraphQLSchema): GraphQLSchema;
}

/** Reads how an HTTP request presents itself. */
export function credentialsOf(request: FastifyRequest): Credentials {
  const { id: requestId, ip: address, headers } = request;
  const signedRequest = signedRequestOf(request);
  return { requestId, address, authorization: headers.authorization, ...(signedRequest && { signedRequest }) };
}

function signedRequestOf({ headers, body }: FastifyRequest): SignedRequest | undefined {
  const act = headers[ACT_HEADER];
  if (typeof act !== 'string' || typeof body !== 'object' || body === null) return undefined;
  const { query, variables } = body as { query?: unknown; variables?: unknown };
  return typeof query === 'string' ? { act, query, variables } : undefined;
}
