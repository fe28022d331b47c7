import { hasCode } from '#client';
import type { Client } from '#client';
import {
  DocumentDocument,
  DocumentsDueDocument,
  DraftsDocument,
  FavouritesDocument,
  MyNoticesDocument,
  MyReadingDutiesDocument,
  MyReviewsDocument,
  RecentDocumentsDocument,
  SavedSearchesDocument,
  SearchDocument,
  WatchesDocument,
} from '#contracts';
import type { SearchInput } from '#contracts';

import { pageOf } from './pages.js';
import type { ListName, Lists, Page, Review } from './protocol.js';

type Readers = { readonly [Name in ListName]: (client: Client, page: PageAsked) => Promise<Page<Lists[Name]>> };

interface PageAsked {
  readonly first: number;
  readonly after: string | null;
}

/** How far ahead a review counts as due. */
const SOON_MS = 30 * 24 * 3_600_000;
const PAGE = 10;

const READERS: Readers = {
  notices: async (client, page) => pageOf((await client.execute(MyNoticesDocument, page)).myNotices),
  reviews: async (client, page) => {
    const { items, next } = pageOf((await client.execute(MyReviewsDocument, page)).myReviews);
    return { items: await Promise.all(items.map((review) => withPaper(client, review))), next };
  },
  duties: async (client, page) =>
    pageOf((await client.execute(MyReadingDutiesDocument, { ...page, openOnly: true })).myReadingDuties),
  due: async (client, page) => {
    const until = new Date(Date.now() + SOON_MS).toISOString().slice(0, 10);
    return pageOf((await client.execute(DocumentsDueDocument, { ...page, until, mine: true })).documentsDue);
  },
  watches: async (client, page) => pageOf((await client.execute(WatchesDocument, page)).watches),
  searches: async (client, page) => {
    const { items, next } = pageOf((await client.execute(SavedSearchesDocument, page)).savedSearches);
    const counted = items.map(async (kept) => ({ ...kept, count: await countOf(client, kept.request) }));
    return { items: await Promise.all(counted), next };
  },
  recent: async (client, page) => pageOf((await client.execute(RecentDocumentsDocument, page)).recentDocuments),
  favourites: async (client, page) => pageOf((await client.execute(FavouritesDocument, page)).favourites),
  drafts: async (client, page) => pageOf((await client.execute(DraftsDocument, page)).drafts),
};

export function readList<Name extends ListName>(
  client: Client,
  name: Name,
  after: string | null,
): Promise<Page<Lists[Name]>> {
  return READERS[name](client, { first: PAGE, after });
}

async function withPaper(client: Client, review: Review): Promise<Lists['reviews']> {
  const { document } = await client.execute(DocumentDocument, { id: review.documentId });
  const paper = { title: document?.title ?? '', marking: document?.label.marking ?? '' };
  return { ...review, paper };
}

async function countOf(client: Client, request: string): Promise<number | null> {
  try {
    const input = { ...(JSON.parse(request) as SearchInput), first: 1, facets: [] };
    return (await client.execute(SearchDocument, { input })).search.total;
  } catch (error) {
    if (hasCode(error, 'SEARCH_UNAVAILABLE', 'BAD_INPUT')) return null;
    throw error;
  }
}
