import { ApolloArmor } from '@escape.tech/graphql-armor';
import { GraphQLError, NoSchemaIntrospectionCustomRule } from 'graphql';
import type { ValidationContext, ValidationRule } from 'graphql';

import type { AppConfig } from '../../config/index.js';
import { Refusal } from '../refusal.js';

/** Selecting a leaf costs 1, an object 2 and what is below it 1.5 times as much a level, times a literal `first`. */
const COSTS = { objectCost: 2, scalarCost: 1, depthCostFactor: 1.5, ignoreIntrospection: true };

/**
 * Rules about the size of operations, the same over HTTP and over sockets. They look at the document alone, so that their
 * answer holds for every later request with the same document.
 */
export function limitRules(config: AppConfig): ValidationRule[] {
  const { queryDepth, queryCost, queryAliases, queryDirectives } = config.limits;
  const report = { propagateOnRejection: false, onReject: [refuse] };
  const armor = new ApolloArmor({
    maxDepth: { ...report, n: queryDepth, flattenFragments: true },
    costLimit: { ...report, ...COSTS, maxCost: queryCost },
    maxAliases: { ...report, n: queryAliases },
    maxDirectives: { ...report, n: queryDirectives },
    maxTokens: { enabled: false }, // the parser's own limit does the same before it has built anything
    blockFieldSuggestion: { enabled: false }, // done for every error in publicError.ts
  });
  const rules = armor.protect().validationRules;
  return config.introspection ? rules : [...rules, NoSchemaIntrospectionCustomRule];
}

/** Armor's words begin with "Syntax Error", which it is not. */
function refuse(context: ValidationContext | null, error: GraphQLError): void {
  const message = error.message.replace(/^Syntax Error: /, '');
  const originalError = new Refusal('QUERY_REFUSED', message);
  context?.reportError(new GraphQLError(message, { originalError }));
}
