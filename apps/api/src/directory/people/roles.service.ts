import { Injectable } from '@nestjs/common';
import { DataSource, Not } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AccessChanges, Role } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { requireKnownForm } from '../input.js';
import { PersonEntity, PersonRoleEntity } from './person.entity.js';

/** Any fixed number; makes changes of roles wait for each other, so that two of them can't remove the last two officers. */
const ROLES_LOCK = 4_460_003;

/** What people may do on this server; what they are trusted with is a matter of statements. */
@Injectable()
export class RolesService {
  constructor(
    private readonly source: DataSource,
    private readonly access: AccessChanges,
  ) {}

  /** Replaces a person's roles. Throws NOT_FOUND, or CONFLICT when nobody could change roles any more. */
  async set(personId: string, roles: readonly Role[]): Promise<void> {
    requireKnownForm(personId, 'personId');
    await this.source.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [ROLES_LOCK]);
      if (!(await manager.existsBy(PersonEntity, { id: personId }))) {
        throw new Refusal('NOT_FOUND', 'nobody is enrolled under this id', { field: 'personId' });
      }
      if (!roles.includes(Role.SECURITY_OFFICER)) await requireAnotherOfficer(personId, manager);
      await manager.delete(PersonRoleEntity, { personId });
      await this.give(personId, roles, manager);
    });
    await this.access.personChanged(personId);
  }

  /** Gives a person roles, within the transaction of the caller. */
  async give(personId: string, roles: readonly Role[], manager: EntityManager): Promise<void> {
    const rows = [...new Set(roles)].map((role) => ({ personId, role }));
    if (rows.length > 0) await manager.insert(PersonRoleEntity, rows);
  }
}

async function requireAnotherOfficer(personId: string, manager: EntityManager): Promise<void> {
  const where = { role: Role.SECURITY_OFFICER, personId: Not(personId) };
  if (await manager.existsBy(PersonRoleEntity, where)) return;
  throw new Refusal('CONFLICT', 'the last security officer keeps that role', { field: 'roles' });
}
