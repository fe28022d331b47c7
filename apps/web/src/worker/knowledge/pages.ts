import type { Page } from './protocol.js';

interface Connection<Item> {
  readonly edges: readonly { readonly node: Item }[];
  readonly pageInfo: { readonly endCursor?: string | null | undefined; readonly hasNextPage: boolean };
}

/** A page of the API's as a page of ours. */
export function pageOf<Item>({ edges, pageInfo }: Connection<Item>): Page<Item> {
  return {
    items: edges.map(({ node }) => node),
    next: pageInfo.hasNextPage ? (pageInfo.endCursor ?? null) : null,
  };
}

/** Everything of a list, page by page, up to a bound. */
export async function everything<Item>(
  pageAfter: (after: string | null) => Promise<Page<Item>>,
  bound: number,
): Promise<Item[]> {
  const all: Item[] = [];
  let after: string | null = null;
  do {
    const page: Page<Item> = await pageAfter(after);
    all.push(...page.items);
    after = page.next;
  } while (after !== null && all.length < bound);
  return all;
}
