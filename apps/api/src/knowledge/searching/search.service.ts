import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';

import type { Caller } from '../../access/index.js';
import { decodeCursor, encodeCursor, pageSize } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Searcher, inOrder } from '../../platform/search/index.js';
import type { Found, FoundDocument, Order, Place } from '../../platform/search/index.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { correctedQuery, surfaceOf } from './corrections.js';
import { countFacets, requireFacets } from './facets.js';
import type { Counted, FacetCount } from './facets.js';
import { searchedText } from '../indexing/indexable.js';
import { Labels } from '../labels.js';
import { passageOf } from './passage.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import type { SearchInput } from './search.types.js';
import { searchRequest } from './searchRequest.js';
import type { AskedSearch } from './searchRequest.js';

const DEFAULT_PAGE = 10;
const MAX_SIMILAR = 50;

/** One hit that may be shown. */
export interface Hit {
  readonly row: DocumentRow;
  /** What answers best: the document itself, or a part of it. */
  readonly member: DocumentRow;
  readonly score: number;
  /** The best passage of the member's body, matches marked. */
  readonly passageOf: (body: string) => string;
}

export interface SearchPage {
  readonly hits: readonly Hit[];
  readonly total: number;
  readonly totalIsExact: boolean;
  readonly facets: readonly FacetCount[];
  readonly endCursor: string | null;
  readonly engine: string;
  /** The question as it was answered, where words of it stand nowhere that the reader may read. */
  readonly didYouMean: string | null;
  readonly reader: Reader;
}

/** Search as people use it: what they may read, a page at a time. */
@Injectable()
export class SearchService {
  constructor(
    private readonly reading: ReadingService,
    private readonly searcher: Searcher,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  /** Throws BAD_INPUT, TOO_LARGE, BAD_CURSOR, SEARCH_UNAVAILABLE. */
  async search(input: SearchInput, caller: Caller): Promise<SearchPage> {
    const size = pageSize(input.first ?? DEFAULT_PAGE);
    const fields = requireFacets(input.facets ?? []);
    const request = searchRequest(input);
    const after = afterOf(input, request.order);
    const reader = await this.reading.readerOf(caller);
    const found = await this.find(request, reader);
    const rest = after
      ? found.documents.filter((document) => inOrder(request.order)(document, after) > 0)
      : found.documents;
    const page = rest.slice(0, size);
    const last = page.at(-1);
    return {
      hits: await this.hits(page, found, reader),
      total: found.documents.length,
      totalIsExact: found.complete,
      facets: fields.length === 0 ? [] : countFacets(fields, await this.counted(found, reader), reader.policy),
      endCursor: last && rest.length > size ? encodeCursor([fingerprint(input), last.key, last.documentId]) : null,
      engine: this.searcher.engineName,
      didYouMean: await this.corrected(input.query, found, reader),
      reader,
    };
  }

  /** Throws NOT_FOUND, the same for absent and for forbidden; BAD_INPUT, SEARCH_UNAVAILABLE. */
  async similar(documentId: string, first: number, caller: Caller): Promise<Pick<SearchPage, 'hits' | 'reader'>> {
    const size = pageSize(first, MAX_SIMILAR);
    const reader = await this.reading.readerOf(caller);
    await this.documents.require(documentId, reader.filter);
    const found = await this.searcher.similarTo(documentId, reader.filter, (ids) =>
      this.documents.families(ids, reader.filter),
    );
    return { hits: await this.hits(found.documents.slice(0, size), found, reader), reader };
  }

  private async corrected(query: string, found: Found, { filter }: Reader): Promise<string | null> {
    const { corrections } = found;
    if (corrections.length === 0) return null;
    const rows = await this.documents.byIds([...new Set(corrections.map(({ memberId }) => memberId))], filter);
    const bodies = await this.documents.bodies(rows.map(({ versionId }) => versionId));
    const byId = new Map(rows.map((row) => [row.id, row]));
    return correctedQuery(query, corrections, ({ memberId, term, termId }) => {
      const row = byId.get(memberId);
      const details = found.details(memberId);
      if (!row || details?.stored.version !== row.number) return undefined;
      return surfaceOf({ term, termId }, searchedText(row.metadata, bodies.get(row.versionId) ?? ''), details.stored);
    });
  }

  /** Those of the documents that a search finds, as wholes, the best first. Throws what `search` throws. */
  async among(input: SearchInput, documentIds: readonly string[], reader: Reader): Promise<string[]> {
    const request = searchRequest(input);
    const families = await this.documents.families(documentIds, reader.filter); // a part may answer where its whole does not
    const narrowing = { ...request.narrowing, documentIds: families.map(({ id }) => id) };
    const found = await this.find({ ...request, narrowing }, reader);
    return found.documents.map(({ documentId }) => documentId);
  }

  private find(request: AskedSearch, { filter }: Reader): Promise<Found> {
    const { states, not } = request.narrowing;
    const indexed = request.withExpired ? filter.withExpired() : filter;
    return this.searcher.search(request, indexed, async (ids) => {
      const families = await this.documents.families(ids, filter);
      const stateOf = new Map(families.map(({ id, state }) => [id, state]));
      // the index may not have heard yet where a document stands
      return families.filter(({ wholeId }) => {
        const state = stateOf.get(wholeId);
        return state !== undefined && (states?.includes(state) ?? true) && !(not?.states?.includes(state) ?? false);
      });
    });
  }

  private async counted(found: Found, { filter }: Reader): Promise<Counted[]> {
    const memberOf = new Map(found.documents.map(({ documentId, memberId }) => [documentId, memberId]));
    const facts = await this.documents.facts([...memberOf.keys()], filter);
    const labels = await this.labels.byIds(facts.map(({ labelId }) => labelId));
    return facts.map((fact) => {
      const { firstDay = 0 } = found.details(memberOf.get(fact.id) ?? fact.id)?.stored ?? {};
      return { ...fact, firstDay, label: labels.get(fact.labelId) };
    });
  }

  private async hits(page: readonly FoundDocument[], found: Found, { filter }: Reader): Promise<Hit[]> {
    const ids = page.flatMap(({ documentId, memberId }) => [documentId, memberId]);
    const rows = await this.documents.byIds([...new Set(ids)], filter);
    const byId = new Map(rows.map((row) => [row.id, row]));
    return page.flatMap(({ documentId, memberId, score }) => {
      const row = byId.get(documentId);
      const member = byId.get(memberId);
      const details = found.details(memberId);
      if (!row || !member || !details) return [];
      return [{ row, member, score, passageOf: (body) => passageOf(body, member.number, details) }];
    });
  }
}

function afterOf(input: SearchInput, order: Order): Place | undefined {
  const keyType = order === 'title' ? 'string' : 'number';
  const [query, key, documentId] = decodeCursor(input.after, ['string', keyType, 'string']) ?? [];
  if (query === undefined || key === undefined) return undefined;
  if (query !== fingerprint(input))
    throw new Refusal('BAD_CURSOR', 'the cursor belongs to another search', { field: 'after' });
  return { key, documentId: String(documentId) };
}

/** Binds a cursor to what was asked, without what may change from page to page. */
function fingerprint({ query, mode, order, filter }: SearchInput): string {
  return createHash('sha256')
    .update(JSON.stringify([query, mode ?? 'WORDS', order ?? 'RELEVANCE', filter ?? {}]))
    .digest('base64url')
    .slice(0, 16);
}
