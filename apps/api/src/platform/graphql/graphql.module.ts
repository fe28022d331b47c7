import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginLandingPageDisabled,
} from '@apollo/server/plugin/disabled';
import { ApolloDriver } from '@nestjs/apollo';
import type { ApolloDriverConfig } from '@nestjs/apollo';
import { Module } from '@nestjs/common';
import type { DynamicModule } from '@nestjs/common';
import { GraphQLModule } from '@nestjs/graphql';
import type { BuildSchemaOptions } from '@nestjs/graphql';
import type { FastifyRequest } from 'fastify';
import { GraphQLError } from 'graphql';
import type { GraphQLFormattedError } from 'graphql';

import { AppConfig } from '../../config/index.js';
import { Log } from '../log/log.js';
import { Metrics } from '../metrics/metrics.js';
import { GRAPHQL_PATH, Gate, credentialsOf } from './context.js';
import { limitRules } from './limits.js';
import { observer } from './observer.js';
import { toPublicError } from './publicError.js';
import { Bytes, DateTime } from './scalars.js';
import { SocketServer } from './socketServer.js';

/** How classes become types; the same for the running server and for the printed schema. */
export const SCHEMA_OPTIONS: BuildSchemaOptions = {
  numberScalarMode: 'integer',
  scalarsMap: [
    { type: Date, scalar: DateTime },
    { type: Uint8Array, scalar: Bytes },
  ],
};

type Options = Omit<ApolloDriverConfig, 'driver'>;

/** GraphQL over HTTP and, for subscriptions, over WebSocket, behind the same gate and the same limits. */
@Module({})
export class GraphqlModule {
  static create(): DynamicModule {
    const graphql = GraphQLModule.forRootAsync<ApolloDriverConfig>({
      driver: ApolloDriver,
      inject: [AppConfig, Gate, Log, Metrics],
      useFactory: optionsFor,
    });
    return { module: GraphqlModule, imports: [graphql], providers: [SocketServer] };
  }
}

function optionsFor(config: AppConfig, gate: Gate, log: Log, metrics: Metrics): Options {
  return {
    path: GRAPHQL_PATH,
    autoSchemaFile: true,
    buildSchemaOptions: SCHEMA_OPTIONS,
    transformSchema: (schema) => gate.protect(schema),
    context: async (request: FastifyRequest) => withRequest(await gate.contextFor(credentialsOf(request)), request),
    introspection: true, // limitRules decides, for sockets too
    validationRules: limitRules(config),
    parseOptions: { maxLexicalTokens: config.limits.queryTokens },
    csrfPrevention: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    includeStacktraceInErrorResponses: false,
    graphiql: false,
    plugins: [
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginCacheControlDisabled(), // nothing is cacheable, and it would wrap every field
      observer(log, metrics),
    ],
    autoTransformHttpErrors: false,
    formatError,
    nodeEnv: 'production',
  };
}

/** The driver looks for `req`, and would copy the context to add it. */
function withRequest<Context extends object>(context: Context, req: FastifyRequest): Context {
  return Object.assign(context, { req });
}

function formatError(_formatted: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
  if (!(error instanceof GraphQLError)) return toPublicError(new GraphQLError('', { originalError: error as Error }));
  const { requestId } = error.extensions;
  return toPublicError(error, typeof requestId === 'string' ? requestId : undefined);
}
