import 'reflect-metadata';

import { existsSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';

import type { DynamicModule, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { GraphQLSchemaBuilderModule, GraphQLSchemaFactory, RESOLVER_TYPE_METADATA } from '@nestjs/graphql';
import { printSchema } from 'graphql';
import type { GraphQLSchema } from 'graphql';

import { AccessModule } from './access/index.js';
import { FEATURES } from './app.module.js';
import { SCHEMA_OPTIONS } from './platform/graphql/index.js';

const TITLE = '# Made from the resolvers of apps/api by `npm run schema`.\n\n';

type ModuleLike = Type | DynamicModule;

/** The schema that the server serves, made from the resolver classes alone: nothing is started, no database is needed. */
export async function buildServerSchema(): Promise<GraphQLSchema> {
  const builder = await NestFactory.createApplicationContext(GraphQLSchemaBuilderModule, { logger: false });
  return builder.get(GraphQLSchemaFactory).create(resolverClasses(), SCHEMA_OPTIONS);
}

/** Every resolver class of the product. */
export function resolverClasses(): Type[] {
  return [...new Set([AccessModule, ...FEATURES].flatMap((feature) => resolversOf(feature)))];
}

function resolversOf(module: ModuleLike): Type[] {
  const isDynamic = 'module' in module;
  const type = isDynamic ? module.module : module;
  const listed = (key: 'providers' | 'imports'): unknown[] => [
    ...((Reflect.getMetadata(key, type) as unknown[] | undefined) ?? []),
    ...((isDynamic ? module[key] : undefined) ?? []),
  ];
  const own = listed('providers').filter((provider): provider is Type => isResolver(provider));
  const imported = listed('imports').filter((entry): entry is ModuleLike => isModule(entry));
  return [...own, ...imported.flatMap((entry) => resolversOf(entry))];
}

function isResolver(provider: unknown): boolean {
  return typeof provider === 'function' && Reflect.hasMetadata(RESOLVER_TYPE_METADATA, provider);
}

function isModule(entry: unknown): boolean {
  return typeof entry === 'function' || (typeof entry === 'object' && entry !== null && 'module' in entry);
}

/** Where the agreed schema is: below the folder that holds package.json. */
function agreedFile(folder = import.meta.dirname): string {
  const inside = existsSync(join(folder, 'package.json'));
  return inside ? join(folder, 'libs', 'contracts', 'schema.graphql') : agreedFile(dirname(folder));
}

const program = process.argv[1];
if (program !== undefined && import.meta.url === pathToFileURL(program).href) {
  const schema = await buildServerSchema();
  await writeFile(process.argv[2] ?? agreedFile(), `${TITLE}${printSchema(schema)}\n`);
}
