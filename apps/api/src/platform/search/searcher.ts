import { Injectable } from '@nestjs/common';

import type { ClearanceFilter } from './clearanceFilter.js';
import { Meaning } from './embedding/meaning.js';
import type { Meant } from './embedding/meaning.js';
import { wholes } from './families.js';
import type { FoundDocument, Member } from './families.js';
import { Feedback } from './feedback.js';
import { weighted } from './fields.js';
import type { Generation } from './indexState.js';
import type { Correction, LanguageQuery, QueryPlan, SearchRequest } from './queryPlan.js';
import { QueryPlanner } from './queryPlanner.js';
import { rank } from './ranking.js';
import { SearchEngine } from './searchEngine.js';
import type { CandidateQuery } from './types.js';
import { VectorStore } from './vectorStore.js';
import type { StoredVector } from './vectorStore.js';

/** So many words of a document say what it is about; so much of its own likeness to itself has to be reached. */
const TELLING_TERMS = 30;
const LEAST_LIKENESS = 0.1;
/** So many candidates are ranked; where more fit, totals and facets are lower bounds. */
export const MAX_CANDIDATES = 500;

/** Every document that was found and may be read, in the order that was asked for. */
export interface Found {
  readonly documents: readonly FoundDocument[];
  /** Whether nothing that fits is missing. */
  readonly complete: boolean;
  /** What showing a document, or a part of one, needs: the question in its language, and its vector. */
  details(memberId: string): Details | undefined;
  /** Words that stood nowhere, each with what it was taken for and a document, or a part of one, where that stands. */
  readonly corrections: readonly FoundCorrection[];
}

export interface FoundCorrection {
  /** As it was typed. */
  readonly surface: string;
  readonly term: string;
  readonly termId: number;
  readonly memberId: string;
}

/** Returns those of the documents that the reader may read by the database's own rows, and their whole families. */
export type Authorise = (documentIds: readonly string[]) => Promise<readonly Member[]>;

export interface Details {
  readonly query: LanguageQuery;
  readonly stored: StoredVector;
}

/**
 * The way of a search: plan, candidates from the engine, authorisation against the database, ranking by words, and by meaning
 * where that is configured. Takes the same steps whatever is found, so that the time tells nothing about what the reader may
 * not read.
 */
@Injectable()
export class Searcher {
  constructor(
    private readonly planner: QueryPlanner,
    private readonly engine: SearchEngine,
    private readonly vectors: VectorStore,
    private readonly feedback: Feedback,
    private readonly meaning: Meaning,
  ) {}

  get engineName(): string {
    return this.engine.name;
  }

  /**
   * @param authorise - returns those of the documents that the reader may read by the database's own rows, and the wholes
   * and the other parts of each that the reader may read too
   * @throws Refusal SEARCH_UNAVAILABLE
   */
  async search(request: SearchRequest, filter: ClearanceFilter, authorise: Authorise): Promise<Found> {
    const meant = this.meaning.ofQuestion(request, filter); // asked for while words are looked for
    return this.answer(await this.planner.plan(request, filter), filter, authorise, meant);
  }

  /**
   * Documents that use the same telling words as this one, the most alike first, without itself. The document has to be
   * readable; one that the index does not have is like none. Throws what `search` throws.
   */
  async similarTo(documentId: string, filter: ClearanceFilter, authorise: Authorise): Promise<Found> {
    const population = await this.planner.population(filter);
    const [own] = await this.vectors.load([documentId], population.generation);
    const plan = await this.planner.planLike(own, TELLING_TERMS, population);
    const found = await this.answer(plan, filter, authorise, undefined);
    const [itself] = own ? rank(plan, [own]) : [];
    const enough = LEAST_LIKENESS * (itself?.score ?? 0);
    return {
      ...found,
      documents: found.documents.filter((other) => other.documentId !== documentId && other.score >= enough),
    };
  }

  private async answer(
    plan: QueryPlan,
    filter: ClearanceFilter,
    authorise: Authorise,
    meant: Promise<Meant> | undefined,
  ): Promise<Found> {
    const query = candidateQuery(plan);
    const nothing = { documentIds: [], complete: true };
    const candidates = query ? await this.engine.candidates(query, filter, MAX_CANDIDATES) : nothing;
    const { generation } = plan.population;
    const [members, likely] = await Promise.all([
      authorise(candidates.documentIds),
      this.vectors.load(candidates.documentIds, generation),
    ]);
    const stored = await this.ofMembers(members, likely, generation);
    const byId = new Map(stored.map((vector) => [vector.documentId, vector]));
    const ranked = rank(plan, stored);
    const refined = plan.browses ? ranked : await this.feedback.refine(plan.population, ranked, byId);
    const joined = await this.meaning.join(refined, await meant, generation);
    const documents = wholes(joined, members, byId, plan);
    return {
      documents,
      complete: candidates.complete,
      details: (memberId) => detailsOf(plan, byId.get(memberId)),
      corrections: plan.corrections.flatMap((correction) => foundCorrection(correction, documents, byId)),
    };
  }

  /** Vectors of what may be read alone: of candidates, and of wholes and parts that were none. */
  private async ofMembers(
    members: readonly Member[],
    likely: readonly StoredVector[],
    generation: Generation,
  ): Promise<StoredVector[]> {
    const byId = new Map(likely.map((vector) => [vector.documentId, vector]));
    const others = members.flatMap(({ id }) => (byId.has(id) ? [] : [id]));
    for (const vector of await this.vectors.load(others, generation)) byId.set(vector.documentId, vector);
    return members.flatMap(({ id }) => byId.get(id) ?? []);
  }
}

function foundCorrection(
  { surface, meant }: Correction,
  documents: readonly FoundDocument[],
  stored: ReadonlyMap<string, StoredVector>,
): FoundCorrection[] {
  for (const { termId, term, language } of meant) {
    for (const { memberId } of documents) {
      const member = stored.get(memberId);
      if (member?.language === language && member.vector.positions(termId).length > 0)
        return [{ surface, term, termId, memberId }];
    }
  }
  return [];
}

function detailsOf(plan: QueryPlan, stored: StoredVector | undefined): Details | undefined {
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
    generation: plan.population.generation,
    partitionIds: plan.population.partitionIds,
    terms,
    required,
    excluded: possible.length === 1 ? excludedTerms(possible[0]) : [],
    meanLength: weighted(plan.population.meanLengths),
    narrowing: plan.narrowing,
    oldestFirst: plan.order === 'oldest',
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
