import { Injectable } from '@nestjs/common';

import type { ClearanceFilter } from './clearanceFilter.js';
import { Feedback } from './feedback.js';
import { weighted } from './fields.js';
import type { LanguageQuery, QueryPlan, SearchRequest } from './queryPlan.js';
import { QueryPlanner } from './queryPlanner.js';
import { rank } from './ranking.js';
import type { RankedDocument } from './ranking.js';
import { SearchEngine } from './searchEngine.js';
import type { CandidateQuery } from './types.js';
import { VectorStore } from './vectorStore.js';
import type { StoredVector } from './vectorStore.js';

/** So many candidates are ranked; where more fit, totals and facets are lower bounds. */
const MAX_CANDIDATES = 1000;

/** Every document that was found and may be read, the best first. */
export interface Found {
  readonly ranked: readonly RankedDocument[];
  /** Whether nothing that fits is missing. */
  readonly complete: boolean;
  /** What showing a document needs: the question in its language, and its vector. */
  details(documentId: string): { readonly query: LanguageQuery; readonly stored: StoredVector } | undefined;
}

/**
 * The way of a search: plan, candidates from the engine, authorisation against the database, ranking. Takes the same
 * steps whatever is found, so that the time tells nothing about what the reader may not read.
 */
@Injectable()
export class Searcher {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly engine: SearchEngine,
    private readonly vectors: VectorStore,
    private readonly feedback: Feedback,
  ) {}

  get engineName(): string {
    return this.engine.name;
  }

  /**
   * @param authorise - returns those of the documents that the reader may read by the database's own rows
   * @throws Refusal SEARCH_UNAVAILABLE
   */
  async search(
    request: SearchRequest,
    filter: ClearanceFilter,
    authorise: (documentIds: readonly string[]) => Promise<readonly string[]>,
  ): Promise<Found> {
    const plan = await this.planner.plan(request, filter);
    const query = candidateQuery(plan);
    const nothing = { documentIds: [], complete: true };
    const candidates = query ? await this.engine.candidates(query, filter, MAX_CANDIDATES) : nothing;
    const stored = await this.vectors.load(await authorise(candidates.documentIds));
    const byId = new Map(stored.map((vector) => [vector.documentId, vector]));
    const ranked = rank(plan, stored);
    return {
      ranked: plan.browses ? ranked : await this.feedback.refine(plan.population, ranked, byId),
      complete: candidates.complete,
      details: (documentId) => detailsOf(plan, byId.get(documentId)),
    };
  }
}

function detailsOf(plan: QueryPlan, stored: StoredVector | undefined) {
  const query = stored && plan.byLanguage.get(stored.language);
  return query && { query, stored };
}

/** What the engine is asked; undefined when nothing can be found, because no word or wording is known. */
export function candidateQuery(plan: QueryPlan): CandidateQuery | undefined {
  const possible = [...plan.byLanguage.values()].filter(({ impossible }) => !impossible);
  const terms = weightedTerms(possible);
  const required = possible.filter(({ phrases }) => phrases.length > 0).map(phraseTerms);
  if (terms.length === 0 && required.length === 0 && !plan.browses) return undefined;
  return {
    terms,
    required,
    excluded: possible.length === 1 ? excludedTerms(possible[0]) : [],
    meanLength: weighted(plan.population.meanLengths),
    narrowing: plan.narrowing,
  };
}

function weightedTerms(queries: readonly LanguageQuery[]): { id: number; idf: number }[] {
  const best = new Map<number, number>();
  for (const { words } of queries) {
    for (const { worth, variants } of words) {
      for (const { termId, factor } of variants) best.set(termId, Math.max(best.get(termId) ?? 0, worth * factor));
    }
  }
  return [...best].map(([id, idf]) => ({ id, idf })).sort((a, b) => b.idf - a.idf);
}

function phraseTerms({ phrases }: LanguageQuery): number[] {
  return phrases.flatMap(({ terms }) => terms.map(({ termId }) => termId));
}

/** Single words only: whether a wording stands in a paper is seen in its vector. */
function excludedTerms(query: LanguageQuery | undefined): number[] {
  return (query?.excluded ?? []).flatMap(({ terms }) => (terms.length === 1 ? terms.map(({ termId }) => termId) : []));
}
