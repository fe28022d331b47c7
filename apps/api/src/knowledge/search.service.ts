import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Caller } from '../access/index.js';
import { decodeCursor, encodeCursor, pageSize } from '../platform/graphql/index.js';
import { Refusal } from '../platform/refusal.js';
import { Searcher } from '../platform/search/index.js';
import type { Found, RankedDocument } from '../platform/search/index.js';
import { DocumentsService } from './documents.service.js';
import type { DocumentFacts, DocumentRow } from './documents.service.js';
import { countFacets, requireFacets } from './facets.js';
import type { FacetCount } from './facets.js';
import { passageOf } from './passage.js';
import { ReadingService } from './reading.service.js';
import type { Reader } from './reading.service.js';
import type { SearchInput } from './search.types.js';
import { searchRequest } from './searchRequest.js';

const DEFAULT_PAGE = 10;

/** One hit that may be shown. */
export interface Hit {
  readonly row: DocumentRow;
  readonly score: number;
  /** The best passage of the body, matches marked. */
  readonly passageOf: (body: string) => string;
}

export interface SearchPage {
  readonly hits: readonly Hit[];
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly facets: readonly FacetCount[];
  readonly endCursor: string | null;
  readonly engine: string;
  readonly reader: Reader;
}

/** Search as people use it: what they may read, a page at a time. */
@Injectable()
export class SearchService {
  constructor(
    private readonly reading: ReadingService,
    private readonly searcher: Searcher,
    private readonly documents: DocumentsService,
  ) {}

  /** Throws BAD_INPUT, TOO_LARGE, BAD_CURSOR, SEARCH_UNAVAILABLE. */
  async search(input: SearchInput, caller: Caller): Promise<SearchPage> {
    const size = pageSize(input.first ?? DEFAULT_PAGE);
    const fields = requireFacets(input.facets ?? []);
    const request = searchRequest(input);
    const after = afterOf(input);
    const reader = await this.reading.readerOf(caller);
    const facts = new Map<string, DocumentFacts>();
    const found = await this.searcher.search(request, reader.filter, async (ids) => {
      for (const fact of await this.documents.facts(ids, reader.filter)) facts.set(fact.id, fact);
      return [...facts.keys()];
    });
    const rest = after ? found.ranked.filter((document) => comesAfter(document, after)) : found.ranked;
    const page = rest.slice(0, size);
    const last = page.at(-1);
    return {
      hits: await this.hits(page, found, reader),
      total: found.ranked.length,
      totalIsExact: found.complete,
      facets: countFacets(
        fields,
        found.ranked.flatMap(({ documentId }) => facts.get(documentId) ?? []),
      ),
      endCursor: last && rest.length > size ? encodeCursor([fingerprint(input), last.score, last.documentId]) : null,
      engine: this.searcher.engineName,
      reader,
    };
  }

  private async hits(page: readonly RankedDocument[], found: Found, { filter }: Reader): Promise<Hit[]> {
    const rows = await this.documents.byIds(
      page.map(({ documentId }) => documentId),
      filter,
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return page.flatMap(({ documentId, score }) => {
      const row = byId.get(documentId);
      const details = found.details(documentId);
      return row && details ? [{ row, score, passageOf: (body) => passageOf(body, row.number, details) }] : [];
    });
  }
}

function afterOf(input: SearchInput): RankedDocument | undefined {
  const [query, score, documentId] = decodeCursor(input.after, ['string', 'number', 'string']) ?? [];
  if (query === undefined) return undefined;
  if (query !== fingerprint(input))
    throw new Refusal('BAD_CURSOR', 'the cursor belongs to another search', { field: 'after' });
  return { score: Number(score), documentId: String(documentId) };
}

/** Binds a cursor to what was asked, without what may change from page to page. */
function fingerprint({ query, mode, filter }: SearchInput): string {
  return createHash('sha256')
    .update(JSON.stringify([query, mode ?? 'WORDS', filter ?? {}]))
    .digest('base64url')
    .slice(0, 16);
}

function comesAfter(document: RankedDocument, after: RankedDocument): boolean {
  if (document.score !== after.score) return document.score < after.score;
  return document.documentId > after.documentId;
}
