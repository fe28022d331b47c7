import { registerEnumType } from '@nestjs/graphql';

import type { Permission } from './rules.js';

/** What a person is in this ministry; a person may be several. */
export enum Role {
  MEMBER = 'MEMBER',
  PLANNER = 'PLANNER',
  REGISTRAR = 'REGISTRAR',
  SECURITY_OFFICER = 'SECURITY_OFFICER',
  AUDITOR = 'AUDITOR',
}

registerEnumType(Role, { name: 'Role' });

/**
 * What each role may do. Nobody may read a conversation or a document by role alone: membership, grants and clearance
 * decide that. The security officer decides who is trusted, the registrar keeps the house; neither may do both.
 */
export const PERMISSIONS_OF: Readonly<Record<Role, readonly Permission[]>> = {
  [Role.MEMBER]: ['directory.read', 'delivery.use', 'knowledge.read'],
  [Role.PLANNER]: ['directory.read', 'knowledge.read', 'knowledge.write', 'knowledge.manage'],
  [Role.REGISTRAR]: [
    'directory.read',
    'directory.enrol',
    'directory.posts',
    'knowledge.write',
    'knowledge.manage',
    'upkeep.read',
    'upkeep.repair',
  ],
  [Role.SECURITY_OFFICER]: [
    'directory.read',
    'directory.enrol',
    'directory.statements',
    'directory.roles',
    'delivery.campaigns',
    'audit.read',
    'upkeep.read',
    'upkeep.repair',
  ],
  [Role.AUDITOR]: ['directory.read', 'audit.read', 'delivery.campaigns'],
};

/** Everything that the roles together allow. */
export function permissionsOf(roles: readonly Role[]): ReadonlySet<Permission> {
  return new Set(roles.flatMap((role) => PERMISSIONS_OF[role]));
}
