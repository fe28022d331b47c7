import type { ApolloServerPlugin, GraphQLRequestContext, GraphQLRequestListener } from '@apollo/server';
import { Kind } from 'graphql';
import type { GraphQLError } from 'graphql';

import type { Log } from '../log/log.js';
import type { Metrics } from '../metrics/metrics.js';
import type { RequestContext } from './context.js';
import { isUnexpected, refusalIn } from './publicError.js';

type Request = GraphQLRequestContext<RequestContext>;

const SLOW_MS = 1_000;

/** Counts requests and logs those that fail or are slow: request id, field, code and time; never what they hold. */
export function observer(log: Log, metrics: Metrics): ApolloServerPlugin<RequestContext> {
  return {
    requestDidStart: () => {
      const startedAt = performance.now();
      const listener: GraphQLRequestListener<RequestContext> = {
        didEncounterErrors: (request) => {
          for (const error of request.errors) observeError(log, metrics, request, error);
          return Promise.resolve();
        },
        willSendResponse: (request) => {
          observeEnd(log, metrics, request, performance.now() - startedAt);
          return Promise.resolve();
        },
      };
      return Promise.resolve(listener);
    },
  };
}

function observeError(log: Log, metrics: Metrics, request: Request, error: GraphQLError): void {
  const { requestId } = request.contextValue;
  const field = rootField(request);
  if (isUnexpected(error)) {
    error.extensions['requestId'] = requestId;
    metrics.countError(field, 'INTERNAL');
    log.error('request.failed', error.originalError, { requestId, field });
    return;
  }
  const code = refusalIn(error)?.code ?? 'BAD_INPUT';
  metrics.countError(field, code);
  log.info('request.refused', { requestId, field, code });
}

function observeEnd(log: Log, metrics: Metrics, request: Request, milliseconds: number): void {
  const field = rootField(request);
  metrics.observeRequest(request.operation?.operation ?? 'none', field, milliseconds);
  if (milliseconds < SLOW_MS) return;
  log.warn('request.slow', {
    requestId: request.contextValue.requestId,
    field,
    milliseconds: Math.round(milliseconds),
  });
}

/** A name of the schema, so that neither the log nor the metrics take names that a client makes up. */
function rootField(request: Request): string {
  const first = request.operation?.selectionSet.selections[0];
  if (!first) return 'invalid';
  return first.kind === Kind.FIELD ? first.name.value : 'fragment';
}
