import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import type { Role } from '../../access/index.js';
import { PersonRoleEntity } from './person.entity.js';

/** The roles that people begin with; later ones come from statements `assign`. */
@Injectable()
export class RolesService {
  /** Gives a person who has none the roles of the enrolment, within the transaction of the caller. */
  async give(personId: string, roles: readonly Role[], manager: EntityManager): Promise<void> {
    const rows = [...new Set(roles)].map((role) => ({ personId, role, until: null }));
    if (rows.length > 0) await manager.insert(PersonRoleEntity, rows);
  }
}
