import { readFileSync } from 'node:fs';
import { join } from 'node:path';

import { buildSchema, parse, printSchema, validate } from 'graphql';

import { buildServerSchema } from '../../apps/api/src/schema.js';
import { root, runTool } from './run.js';

const contracts = join(root, 'libs', 'contracts');
const schemaText = readFileSync(join(contracts, 'schema.graphql'), 'utf8');

test('every operation of the clients is valid against the schema', () => {
  const document = parse(readFileSync(join(contracts, 'src', 'operations.graphql'), 'utf8'));
  expect(validate(buildSchema(schemaText), document).map((error) => error.message)).toEqual([]);
});

test('the schema is the one that the resolvers make', async () => {
  expect(printSchema(await buildServerSchema())).toBe(printSchema(buildSchema(schemaText)));
});

test('the generated types are those of the schema and the operations', async () => {
  const { status, output } = await runTool('../libs/contracts/generate.mjs', ['--print']);
  expect(status).toBe(0);
  expect(readFileSync(join(contracts, 'src', 'generated.ts'), 'utf8')).toBe(output);
});
