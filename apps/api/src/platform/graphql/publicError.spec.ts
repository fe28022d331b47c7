import { GraphQLError, buildSchema, graphqlSync } from 'graphql';

import { Refusal } from '../refusal.js';
import { isUnexpected, toPublicError } from './publicError.js';

const schema = buildSchema(`
  input Inner { count: Int! }
  input Outer { inner: [Inner!] }
  type Query { ask(outer: Outer, when: Boolean! = true): String }
`);

function errorOf(source: string, variableValues: Record<string, unknown> = {}) {
  const [error] = graphqlSync({ schema, source, variableValues }).errors ?? [];
  if (!error) throw new Error('there was no error');
  return toPublicError(error);
}

describe('what a client is told', () => {
  test('a refusal: code, words, field and remedy', () => {
    const originalError = new Refusal('TOO_LARGE', 'too much', { field: 'payload', remedy: 'Send less.' });
    const nested = new GraphQLError('outer', { originalError: new GraphQLError('inner', { originalError }) });
    const expected = { message: 'too much', extensions: { code: 'TOO_LARGE', field: 'payload', remedy: 'Send less.' } };
    expect(toPublicError(nested)).toEqual(expected);
    expect(isUnexpected(nested)).toBe(false);
  });

  test('an unexpected error: nothing but the request id', () => {
    const error = new GraphQLError('canary', { path: ['ask'], originalError: new Error('canary') });
    const told = toPublicError(error, 'r-1');
    expect(isUnexpected(error)).toBe(true);
    expect(told).toMatchObject({ path: ['ask'], extensions: { code: 'INTERNAL', requestId: 'r-1' } });
    expect(JSON.stringify(told)).not.toContain('canary');
  });

  test('the field of a wrong variable, however deep, without its value', () => {
    const source = 'query ($outer: Outer) { ask(outer: $outer) }';
    const told = errorOf(source, { outer: { inner: [{ count: 1 }, { count: 'canary at "x"; y' }] } });
    expect(told.extensions).toMatchObject({ code: 'BAD_INPUT', field: 'outer.inner[1].count' });
    expect(told.message).toBe('The value does not fit the type of the field.');
  });

  test('a field that is missing', () => {
    const told = errorOf('query ($outer: Outer) { ask(outer: $outer) }', { outer: { inner: [{}] } });
    expect(told).toMatchObject({
      message: 'Field "count" of required type "Int!" was not provided.',
      extensions: { field: 'outer.inner[0]' },
    });
  });

  test('no names that the client has not used itself', () => {
    expect(errorOf('{ asl }').message).toBe('Cannot query field "asl" on type "Query".');
    expect(errorOf('{ ask(outr: {}) }').message).toBe('Unknown argument "outr" on field "Query.ask".');
    const source = 'query ($outer: Outer) { ask(outer: $outer) }';
    expect(errorOf(source, { outer: { inne: [] } }).message).toBe('Field "inne" is not defined by type "Outer".');
  });
});
