import { PeopleDocument } from '#contracts';
import type { PeopleQuery } from '#contracts';

import type { Core } from '../core.js';
import type { RoleHolder } from './types.js';

const PAGE = 200;

/** Everybody who is not revoked, with the roles held now. The server is asked for those about whom no statement was made. */
export async function roleHolders(core: Core): Promise<RoleHolder[]> {
  const { directory, session, timer } = core;
  await directory.catchUp(session);
  const { current } = directory;
  const now = timer.now();
  const people = [...current.persons()].filter(({ revoked }) => !revoked);
  const stated = people.map(({ id, name }) => ({ personId: id, name, roles: current.rolesOf(id, now) }));
  const given = stated.some(({ roles }) => !roles) ? await rolesByServer(core) : new Map<string, readonly string[]>();
  return stated.map(({ personId, name, roles }) => {
    const claimed = roles ?? given.get(personId) ?? [];
    const end = current.rolesEndOf(personId, now);
    const until = end === undefined ? undefined : new Date(end).toISOString();
    return { personId, name, roles: claimed, until, signed: roles !== undefined || claimed.length === 0 };
  });
}

async function rolesByServer({ session }: Core): Promise<ReadonlyMap<string, readonly string[]>> {
  const roles = new Map<string, readonly string[]>();
  let after: string | null = null;
  do {
    const { people }: PeopleQuery = await session.execute(PeopleDocument, { first: PAGE, after });
    for (const { node } of people.edges) roles.set(node.id, node.roles);
    after = people.pageInfo.hasNextPage ? (people.pageInfo.endCursor ?? null) : null;
  } while (after !== null);
  return roles;
}
