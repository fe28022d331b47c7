import DataLoader from 'dataloader';

import type { RequestContext } from './context.js';

const MAX_BATCH = 500;

/**
 * Batches reads within one request: `const people = loaderFor('people', (ids: readonly string[]) => load(ids))`, once a
 * resolver or service; then `people(context).load(id)`. `load` answers in the order of its keys. Nothing is shared
 * between requests, so that one caller's answers never reach another.
 */
export function loaderFor<Key, Value>(
  name: string,
  load: (keys: readonly Key[], context: RequestContext) => Promise<ArrayLike<Value | Error>>,
): (context: RequestContext) => DataLoader<Key, Value> {
  const loaders = new WeakMap<RequestContext, DataLoader<Key, Value>>();
  return (context) => {
    const known = loaders.get(context);
    if (known) return known;
    const loader = new DataLoader<Key, Value>((keys) => load(keys, context), { name, maxBatchSize: MAX_BATCH });
    loaders.set(context, loader);
    return loader;
  };
}
