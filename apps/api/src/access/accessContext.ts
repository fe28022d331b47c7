import type { RequestContext } from '../platform/graphql/index.js';
import type { Refusal } from '../platform/refusal.js';
import type { Caller } from './rules.js';

/** Who asks, or why nobody does. */
export interface AccessContext extends RequestContext {
  readonly caller?: Caller;
  /** Why there is no caller. */
  readonly refusal?: Refusal;
}
