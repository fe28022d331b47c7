import type { SearchFilter, SearchInput, SearchOrder } from '#contracts';

/** What answers can be narrowed down by, as the server counts it and as a question can name it: `kind:cable`. */
export const FACETS = ['kind', 'country', 'topic', 'year', 'level', 'status', 'language'] as const;
export type Facet = (typeof FACETS)[number];

export const ORDERS = ['RELEVANCE', 'NEWEST', 'OLDEST', 'TITLE'] as const satisfies readonly SearchOrder[];

/** A question, as it stands in the address. */
export type Asked = {
  readonly query: string;
  readonly order: SearchOrder;
  /** Papers that no longer hold, too. */
  readonly expired: boolean;
  /** Id of a collection, with everything below it. */
  readonly collection: string | undefined;
} & Readonly<Record<Facet, readonly string[]>>;

const NOTHING: Readonly<Record<Facet, readonly string[]>> = {
  ...{ kind: [], country: [], topic: [], year: [], level: [], status: [], language: [] },
};
export const EMPTY_ASKED: Asked = {
  ...{ query: '', order: 'RELEVANCE', expired: false, collection: undefined },
  ...NOTHING,
};

const isOrder = (order: string | null): order is SearchOrder => ORDERS.some((known) => known === order);

/** @param search - behind the question mark of an address */
export function readAsked(search: string): Asked {
  const given = new URLSearchParams(search);
  const order = given.get('order');
  const values = FACETS.map((facet) => [facet, given.getAll(facet)] as const);
  return {
    query: given.get('q') ?? '',
    order: isOrder(order) ? order : 'RELEVANCE',
    expired: given.has('expired'),
    collection: given.get('collection') ?? undefined,
    ...(Object.fromEntries(values) as Record<Facet, string[]>),
  };
}

/** With the question mark. */
export function writeAsked(asked: Asked): string {
  const { query, order, expired, collection } = asked;
  const values = FACETS.flatMap((facet) => asked[facet].map((value) => [facet, value]));
  const rest = [
    ...(order === 'RELEVANCE' ? [] : [['order', order]]),
    ...(expired ? [['expired', '']] : []),
    ...(collection === undefined ? [] : [['collection', collection]]),
  ];
  return `?${new URLSearchParams([['q', query], ...values, ...rest]).toString()}`;
}

/** Whether there is anything to look for. */
export const isAsked = (asked: Asked): boolean =>
  asked.query !== '' || asked.collection !== undefined || FACETS.some((facet) => asked[facet].length > 0);

export function asSearch(asked: Asked): SearchInput {
  const { query, order, kind, country, topic, year, level, status, language, expired, collection } = asked;
  const years = year.toSorted();
  const filter: SearchFilter = {
    ...(kind.length > 0 && { kinds: [...kind] }),
    ...(country.length > 0 && { countries: [...country] }),
    ...(topic.length > 0 && { topics: [...topic] }),
    ...(language.length > 0 && { languages: [...language] }),
    ...(level.length > 0 && { levels: [...level] }),
    ...(status.length > 0 && { states: [...status] as NonNullable<SearchFilter['states']> }),
    ...(years.length > 0 && { dateFrom: years[0], dateTo: years.at(-1) }),
    ...(expired && { expired }),
    ...(collection !== undefined && { collectionIds: [collection] }),
  };
  return { query, order, filter, facets: [...FACETS] };
}

/** A search that was kept, as a question. @param request - the SearchInput as JSON */
export function readSaved(request: string): Asked {
  const { query, order, filter } = JSON.parse(request) as SearchInput;
  const { kinds, countries, topics, languages, levels, states, dateFrom, dateTo } = filter ?? {};
  return {
    query,
    order: order ?? 'RELEVANCE',
    expired: filter?.expired === true,
    collection: filter?.collectionIds?.[0],
    kind: (kinds ?? []).map(String),
    country: countries ?? [],
    topic: topics ?? [],
    language: languages ?? [],
    level: levels ?? [],
    status: states ?? [],
    year: [...new Set([dateFrom, dateTo].flatMap((day) => day?.slice(0, 4) ?? []))],
  };
}

const TYPED = /(?<=^|\s)(kind|country|topic|year|level|status|language):(?:"([^"]+)"|(\S+))/giu;
/** How the server counts what people write. */
const FORMS: Readonly<Partial<Record<Facet, (value: string) => string>>> = {
  kind: (value) => value.toLowerCase().replaceAll(' ', '-'),
  country: (value) => value.toUpperCase(),
  level: (value) => value.toUpperCase().replaceAll(' ', '_'),
  status: (value) => value.toUpperCase().replaceAll(/[ -]/gu, '_'),
};

/** Filters that were typed into the question become chips: `kind:cable wheat` asks for wheat among the cables. */
export function withTyped(asked: Asked, typed: string): Asked {
  const found = [...typed.matchAll(TYPED)].map(([, field = '', quoted, word]) => {
    const facet = field.toLowerCase() as Facet;
    const value = quoted ?? word ?? '';
    return { facet, value: FORMS[facet]?.(value) ?? value };
  });
  const query = typed.replaceAll(TYPED, '').replaceAll(/\s+/gu, ' ').trim();
  return found.reduce<Asked>((so, { facet, value }) => ({ ...so, [facet]: [...new Set([...so[facet], value])] }), {
    ...asked,
    query,
  });
}
