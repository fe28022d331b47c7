import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSchema, parse, print, specifiedRules, validate } from 'graphql';

import { readConfig } from '../../config/index.js';
import { limitRules } from './limits.js';

const contracts = join(import.meta.dirname, '..', '..', '..', '..', '..', 'libs', 'contracts');
const schema = buildSchema(readFileSync(join(contracts, 'schema.graphql'), 'utf8'));
const client = parse(readFileSync(join(contracts, 'src', 'operations.graphql'), 'utf8'));
const config = readConfig({});

describe('the limits of operations', () => {
  test('leave room for everything that our own client asks', () => {
    expect(validate(schema, client, [...specifiedRules, ...limitRules(config)])).toEqual([]);
    for (const definition of client.definitions) {
      expect(() => parse(print(definition), { maxLexicalTokens: config.limits.queryTokens })).not.toThrow();
    }
  });

  test('say what was asked too much of, and how much is allowed', () => {
    const strict = readConfig({ CHANCERY_LIMIT_QUERY_DEPTH: '2', CHANCERY_LIMIT_QUERY_ALIASES: '1' });
    const bomb = parse('{ a: me { device { id } } b: me { device { id } } }');
    const messages = validate(schema, bomb, limitRules(strict)).map((error) => error.message);
    expect(messages.sort()).toEqual([
      'Aliases limit of 1 exceeded, found 2.',
      'Query depth limit of 2 exceeded, found 3.',
    ]);
  });
});
