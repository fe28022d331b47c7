import { SearchDocument } from '#contracts';

import { percentile, round } from '../table.js';
import type { RawEngine } from './rawEngine.js';
import type { World } from './world.js';

interface Times {
  readonly p50: number;
  readonly p95: number;
}

/** Milliseconds of one question, by how much of the way is gone. */
export interface Latencies {
  /** The call of the engine alone: candidates for a question that is planned already. */
  readonly engine: Times;
  /** Plan, candidates and ranking in this process. */
  readonly search: Times;
  /** What a person waits for: everything, over GraphQL, with the passages of the first ten. */
  readonly graphql: Times;
  /** Of what the questions found, how many documents each, on average. */
  readonly found: number;
}

const WARM_UP = 20;
const FIRST = 10;

/** Asks every question each way, one after the other, in an order that changes from question to question. */
export async function measureLatencies(world: World, raw: RawEngine, questions: readonly string[]): Promise<Latencies> {
  let found = 0;
  const times = { engine: new Array<number>(), search: new Array<number>(), graphql: new Array<number>() };
  const ways: Record<keyof typeof times, (question: string) => Promise<number>> = {
    engine: async (question) => {
      const call = await raw.plan(question);
      return milliseconds(call);
    },
    search: (question) => milliseconds(() => raw.search(question)),
    graphql: (query) =>
      milliseconds(async () => {
        const { search } = await world.ask(SearchDocument.toString(), { input: { query, first: FIRST } });
        found += (search as { total: number }).total;
      }),
  };
  const names = Object.keys(ways) as (keyof typeof times)[];
  for (const question of questions.slice(0, WARM_UP)) for (const name of names) await ways[name](question);
  found = 0;
  for (const [at, question] of questions.entries()) {
    const order = at % 2 === 0 ? names : names.toReversed();
    for (const name of order) times[name].push(await ways[name](question));
  }
  const { engine, search, graphql } = times;
  return {
    engine: timesOf(engine),
    search: timesOf(search),
    graphql: timesOf(graphql),
    found: Math.round(found / questions.length),
  };
}

async function milliseconds(work: () => Promise<unknown>): Promise<number> {
  const begin = performance.now();
  await work();
  return performance.now() - begin;
}

function timesOf(milliseconds: readonly number[]): Times {
  const sorted = Float64Array.from(milliseconds).sort();
  return { p50: round(percentile(sorted, 0.5)), p95: round(percentile(sorted, 0.95)) };
}
