import { PostsDocument } from '#contracts';
import type { PostsQuery } from '#contracts';

import type { Core } from '../core.js';
import type { Store } from '../ports/store.js';
import { loadSetting, saveSetting } from '../profile.js';
import type { PersonView, PostView } from '../types.js';
import { verificationStates } from '../verification/changedIdentities.js';

const PAGE = 200;
const POSTS = 'posts';

/** Everybody, as the verified directory has them; only the names of posts are the server's word. */
export async function peopleOf(core: Core): Promise<PersonView[]> {
  const { directory, profile, store, timer } = core;
  const verifications = await store.read((sql) => verificationStates(sql, core));
  const posts = await knownPosts(store);
  const postNames = new Map(posts.map(({ id, name }) => [id, name]));
  const now = timer.now();
  return [...directory.current.persons()].map(({ id, name, post }) => ({
    id,
    name,
    postId: post,
    postName: postNames.get(post) ?? '',
    title: directory.current.titleOf(id),
    roles: directory.current.rolesOf(id, now),
    verification: verifications.get(id) ?? 'unverified',
    revoked: directory.current.person(id)?.revoked !== undefined,
    clearance: directory.current.clearanceOf(id, now),
    devices: directory.current.devicesOf(id).map((device) => ({
      id: device.id,
      name: device.name,
      personId: id,
      revoked: device.revoked !== undefined,
      own: device.id === profile.deviceId,
    })),
  }));
}

/** The posts as the server last listed them here. */
export async function knownPosts(store: Store): Promise<readonly PostView[]> {
  return ((await store.read((sql) => loadSetting(sql, POSTS))) as PostView[] | undefined) ?? [];
}

/** All posts, from the server; kept in the vault for their names. */
export async function fetchPosts({ session, store }: Core): Promise<PostView[]> {
  const posts: PostView[] = [];
  let after: string | null = null;
  do {
    const page: PostsQuery['posts'] = (await session.execute(PostsDocument, { first: PAGE, after })).posts;
    posts.push(...page.edges.map(({ node }) => viewOf(node)));
    after = page.pageInfo.hasNextPage ? (page.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  await store.transaction((sql) => saveSetting(sql, POSTS, posts));
  return posts;
}

function viewOf({ id, name, kind, country, timeZone }: PostsQuery['posts']['edges'][number]['node']): PostView {
  return { id, name, kind, country: country ?? undefined, timeZone };
}
