import { Injectable } from '@nestjs/common';
import { DiscoveryService, MetadataScanner } from '@nestjs/core';
import { RESOLVER_NAME_METADATA, RESOLVER_PROPERTY_METADATA, RESOLVER_TYPE_METADATA } from '@nestjs/graphql';
import type { GraphQLSchema } from 'graphql';

import { RULE_KEY } from './rules.js';
import type { Rule } from './rules.js';

/** A field of the schema, for instance `Query.me`. */
export type FieldName = `${string}.${string}`;

type Method = (...args: unknown[]) => unknown;

/** Which rule stands on which field, read from the resolvers of the running application. */
@Injectable()
export class RuleTable {
  constructor(private readonly discovery: DiscoveryService) {}

  /** The rules of all fields that have one. Throws when a query, mutation or subscription of the schema has none. */
  rulesFor(schema: GraphQLSchema): ReadonlyMap<FieldName, Rule> {
    const rules = this.#read();
    const unruled = rootFields(schema).filter((field) => !rules.has(field));
    if (unruled.length === 0) return rules;
    const names = unruled.join(', ');
    throw new Error(`without a rule (@Public, @Authenticated or @Requires): ${names}`);
  }

  #read(): ReadonlyMap<FieldName, Rule> {
    const instances = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    const classes = instances.map((instance) => (instance as object | null | undefined)?.constructor);
    return rulesOf(new Set(classes.filter((type) => type !== undefined)));
  }
}

/** The rules that stand on the methods of resolver classes. */
export function rulesOf(classes: Iterable<object>): ReadonlyMap<FieldName, Rule> {
  const found = new Map<FieldName, Rule>();
  for (const type of classes) {
    for (const [name, method] of methodsOf(type)) {
      const rule = Reflect.getMetadata(RULE_KEY, method) as Rule | undefined;
      const field = fieldOf(type, name, method);
      if (rule && field) found.set(field, rule);
    }
  }
  return found;
}

function methodsOf(type: object): [string, Method][] {
  const { prototype } = type as { prototype?: Record<string, Method | undefined> };
  if (!prototype) return [];
  return new MetadataScanner().getAllMethodNames(prototype).flatMap((name): [string, Method][] => {
    const method = prototype[name];
    return method ? [[name, method]] : [];
  });
}

function fieldOf(resolver: object, methodName: string, method: Method): FieldName | undefined {
  const isProperty = Reflect.getMetadata(RESOLVER_PROPERTY_METADATA, method) === true;
  const holder = isProperty ? resolver : method;
  const type = Reflect.getMetadata(RESOLVER_TYPE_METADATA, holder) as string | undefined;
  if (type === undefined) return undefined;
  const name = (Reflect.getMetadata(RESOLVER_NAME_METADATA, method) as string | undefined) ?? methodName;
  return `${type}.${name}`;
}

/** Every query, mutation and subscription. */
export function rootFields(schema: GraphQLSchema): FieldName[] {
  const roots = [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()];
  return roots.flatMap((type) =>
    type ? Object.keys(type.getFields()).map((name): FieldName => `${type.name}.${name}`) : [],
  );
}
