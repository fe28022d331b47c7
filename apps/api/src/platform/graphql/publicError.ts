import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';

import { remedyFor } from '#contracts';

import { absenceOf } from '../databaseAbsence.js';
import { Refusal } from '../refusal.js';

/** Codes of Apollo Server for requests that are wrong in form. */
const FORM_CODES = new Set([
  'BAD_REQUEST',
  'BAD_USER_INPUT',
  'GRAPHQL_PARSE_FAILED',
  'GRAPHQL_VALIDATION_FAILED',
  'OPERATION_RESOLUTION_FAILURE',
  'PERSISTED_QUERY_NOT_FOUND',
  'PERSISTED_QUERY_NOT_SUPPORTED',
]);

/** Reasons of graphql-js that repeat nothing but names of the schema and of the request's variables. */
const SAFE_REASON =
  /^(?:Field "\w+" (?:of required type "[\w![\]]+" was not provided|is not defined by type "\w+")|Expected non-nullable type "[\w![\]]+" not to be null|Expected type "[\w![\]]+"(?: to be an object)?)\./;
/** graphql-js puts the place last, after the value; quotes inside the value are escaped. */
const VARIABLE = /^Variable "\$(\w+)" /;
const PLACE = /^Variable .* at "([^"\s]+)"; (.*)$/s;
const REASON = /^Variable "\$\w+" (?:got|has) invalid value .*?; (.*)$/s;
const TOO_MANY_TOKENS = /Document contains more that (\d+) tokens/;
const MAX_CHAIN = 8;

/** The refusal that an error comes from, if it comes from one. */
export function refusalIn(error: unknown): Refusal | undefined {
  let cause = error;
  for (let depth = 0; depth < MAX_CHAIN && cause instanceof Error; depth++) {
    if (cause instanceof Refusal) return cause;
    cause = cause instanceof GraphQLError ? cause.originalError : undefined;
  }
  return undefined;
}

/** Whether nobody expected the error: our own bug, or a part of the system that failed. */
export function isUnexpected(error: GraphQLError): boolean {
  if (refusalIn(error) || FORM_CODES.has(String(error.extensions['code']))) return false;
  const cause = rootCause(error);
  return cause !== undefined && !(cause instanceof GraphQLError);
}

function rootCause(error: GraphQLError): Error | undefined {
  let cause: Error | undefined = error.originalError ?? undefined;
  for (let depth = 0; depth < MAX_CHAIN && cause instanceof GraphQLError && cause.originalError; depth++) {
    cause = cause.originalError;
  }
  return cause;
}

/**
 * What a client is told: `extensions` are `{ code, field?, remedy, requestId? }`. Says nothing about what went wrong
 * inside, and repeats no value.
 */
export function toPublicError(error: GraphQLError, requestId?: string): GraphQLFormattedError {
  const where = { ...(error.locations && { locations: error.locations }), ...(error.path && { path: error.path }) };
  const absence = absenceOf(rootCause(error));
  if (absence) {
    const { code, remedy } = absence;
    return { message: absence.message, ...where, extensions: { code, remedy, ...(requestId && { requestId }) } };
  }
  if (isUnexpected(error)) {
    const extensions = { code: 'INTERNAL', remedy: remedyFor('INTERNAL'), ...(requestId && { requestId }) };
    return { message: 'something went wrong on the server', ...where, extensions };
  }
  const [, place, reason = REASON.exec(error.message)?.[1]] = PLACE.exec(error.message) ?? [];
  const refusal = refusalIn(error) ?? badForm(error, reason);
  const field = refusal.field ?? place ?? VARIABLE.exec(error.message)?.[1];
  const extensions = { code: refusal.code, ...(field !== undefined && { field }), remedy: refusal.remedy };
  return { message: refusal.message, ...where, extensions };
}

function badForm(error: GraphQLError, reason: string | undefined): Refusal {
  const tokens = TOO_MANY_TOKENS.exec(error.message)?.[1];
  if (tokens !== undefined) return new Refusal('QUERY_REFUSED', `an operation may have ${tokens} tokens`);
  const text = reason === undefined ? withoutSuggestion(error.message) : safeReason(reason);
  return new Refusal('BAD_INPUT', text);
}

function safeReason(reason: string): string {
  return SAFE_REASON.exec(reason)?.[0] ?? 'The value does not fit the type of the field.';
}

/** A suggestion would tell names of the schema to somebody who may not ask for it. */
function withoutSuggestion(message: string): string {
  return message.replace(/ ?Did you mean [^?]*\?/g, '');
}
