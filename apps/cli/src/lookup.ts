import { ChanceryError } from '#client';
import type { Client, ConversationView, PersonView, PostView } from '#client';
import { CollectionsDocument } from '#contracts';
import type { CollectionsQuery } from '#contracts';

import { usage } from './failure.js';

export type CollectionView = CollectionsQuery['collections']['edges'][number]['node'];

/** An id as lists show it; its end is random, and enough to be understood again by `choose`. */
export const shortId = (id: string): string => id.slice(-8);

interface Named {
  readonly id: string;
  readonly name: string;
}

/**
 * The one thing that somebody means: by its id, its name, or the beginning of either (for ids also the end), in this
 * order. More than one fitting is an error that lists them, none is NOT_FOUND.
 */
export function choose<Item extends Named>(what: string, wanted: string, items: readonly Item[]): Item {
  const text = wanted.trim().toLowerCase();
  const tests: ((item: Item) => boolean)[] = [
    ({ id }) => id === text,
    ({ name }) => name.toLowerCase() === text,
    ({ id }) => text.length >= 4 && (id.startsWith(text) || id.endsWith(text)),
    ({ name }) => name.toLowerCase().startsWith(text),
    ({ name }) => name.toLowerCase().includes(text),
  ];
  for (const test of tests) {
    const fitting = items.filter(test);
    if (fitting.length === 1) return fitting[0] as Item;
    if (fitting.length > 1) throw ambiguous(what, wanted, fitting);
  }
  throw new ChanceryError('NOT_FOUND', `there is no ${what} "${wanted}"`, { field: what });
}

function ambiguous(what: string, wanted: string, fitting: readonly Named[]): ChanceryError {
  const some = fitting.slice(0, 5).map(({ id, name }) => `${name} (${id})`);
  return usage(`"${wanted}" fits more than one ${what}`, what, `Write more of it, or the id: ${some.join(', ')}.`);
}

export const findConversation = async (client: Client, wanted: string): Promise<ConversationView> =>
  choose('conversation', wanted, await client.conversations());

export const findPerson = async (client: Client, wanted: string): Promise<PersonView> =>
  choose('person', wanted, await client.people());

export async function findPeople(client: Client, wanted: readonly string[]): Promise<readonly PersonView[]> {
  const people = await client.people();
  return wanted.map((name) => choose('person', name, people));
}

export const findPost = async (client: Client, wanted: string): Promise<PostView> =>
  choose('post', wanted, await client.posts());

export const findCollection = async (client: Client, wanted: string): Promise<CollectionView> =>
  choose('collection', wanted, await allCollections(client));

const PAGE = 100;

/** Every collection that this person may see. */
export async function allCollections(client: Client): Promise<CollectionView[]> {
  const all: CollectionView[] = [];
  let after: string | null = null;
  do {
    const { collections }: CollectionsQuery = await client.execute(CollectionsDocument, { first: PAGE, after });
    all.push(...collections.edges.map(({ node }) => node));
    after = collections.pageInfo.hasNextPage ? collections.pageInfo.endCursor : null;
  } while (after !== null);
  return all;
}
