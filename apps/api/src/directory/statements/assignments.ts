import { IsNull } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { Assign, VerifiedStatement } from '#transparency';

import { Role } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { PersonRoleEntity } from '../people/person.entity.js';
import { PostEntity } from '../posts/post.entity.js';
import { invalid } from './verifyNext.js';

const ROLES: ReadonlySet<string> = new Set(Object.values(Role));

/** Statements know roles by name and posts by id; the server holds them against those that there are. Throws STATEMENT_INVALID. */
export async function requireAssignable({ roles, post }: Assign, field: string, manager: EntityManager): Promise<void> {
  if (!roles.every((role) => ROLES.has(role))) throw invalid(field, 'roles names one that this server does not know');
  if (!(await manager.existsBy(PostEntity, { id: post }))) throw invalid(field, 'post is no post of this ministry');
}

/**
 * After statements were entered, within their transaction: somebody has to be left who decides on trust, and without an end.
 * Throws CONFLICT.
 */
export async function requireOfficerLeft(fresh: readonly VerifiedStatement[], manager: EntityManager): Promise<void> {
  if (!fresh.some(({ body }) => body.type === 'assign' || body.type === 'revokePerson')) return;
  if (await manager.existsBy(PersonRoleEntity, { role: Role.SECURITY_OFFICER, until: IsNull() })) return;
  throw new Refusal('CONFLICT', 'the last security officer keeps that role', { field: 'statements' });
}
