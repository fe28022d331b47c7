import type { Client } from '#client';
import { PostsDocument } from '#contracts';
import type { PostsQuery } from '#contracts';

import type { PostRow } from './protocol.js';

const PAGE = 200;
type Node = PostsQuery['posts']['edges'][number]['node'];

/** All posts as the server lists them, with how many people the verified directory has there. */
export async function postRows(client: Client): Promise<PostRow[]> {
  const people = new Map<string, number>();
  for (const { postId, revoked } of await client.people()) {
    if (!revoked) people.set(postId, (people.get(postId) ?? 0) + 1);
  }
  return (await allPosts(client)).map(({ id, name, kind, country, timeZone, parent }) => ({
    ...{ id, name, kind, timeZone },
    country: country ?? undefined,
    parentId: parent?.id,
    people: people.get(id) ?? 0,
  }));
}

async function allPosts(client: Client): Promise<Node[]> {
  const all: Node[] = [];
  let after: string | null = null;
  do {
    const { posts }: PostsQuery = await client.execute(PostsDocument, { first: PAGE, after });
    all.push(...posts.edges.map(({ node }) => node));
    after = posts.pageInfo.hasNextPage ? (posts.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return all;
}
