import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, MoreThan } from 'typeorm';

import { isStatementId } from '#transparency';

import { Role } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, toConnection } from '../../platform/graphql/index.js';
import type { Connection } from '../../platform/graphql/index.js';
import { ClearanceEntity, DeviceEntity, PersonEntity, PersonRoleEntity } from './person.entity.js';
import type { Clearance, Device, Person } from './person.model.js';

const MAX_NAME_FILTER = 200;

export interface PeopleFilter {
  /** A part of the name, in either case. */
  readonly name?: string | null | undefined;
  readonly postId?: string | null | undefined;
}

/** Who is enrolled, from the tables that the statements fill. */
@Injectable()
export class PeopleService {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /** People by name. */
  async page(first: number, after: string | null | undefined, filter: PeopleFilter): Promise<Connection<Person>> {
    const query = this.source.manager.createQueryBuilder(PersonEntity, 'person');
    const key = decodeCursor(after, ['string', 'string']);
    if (key) query.andWhere('(person.name, person.id) > (:after, :id)', { after: key[0], id: key[1] });
    // PostgreSQL's text knows no zero character, and no name has one.
    const name = filter.name?.slice(0, MAX_NAME_FILTER).replaceAll('\0', '\ufffd');
    if (name) query.andWhere('strpos(lower(person.name), lower(:name)) > 0', { name });
    const { postId } = filter;
    if (postId) query.andWhere('person.post_id = :postId', { postId: isStatementId(postId) ? postId : '' });
    const rows = await query
      .orderBy('person.name')
      .addOrderBy('person.id')
      .limit(first + 1)
      .getMany();
    return toConnection(rows, first, (row) => [row.name, row.id], toPerson);
  }

  /** In the order of the ids; undefined where nobody has it. */
  async byIds(ids: readonly string[]): Promise<(Person | undefined)[]> {
    const rows = await this.source.manager.findBy(PersonEntity, { id: In(ids.filter(isStatementId)) });
    const people = new Map(rows.map((row) => [row.id, toPerson(row)]));
    return ids.map((id) => people.get(id));
  }

  /** The devices of each person, in the order in which they were added, revoked ones included. */
  async devicesOf(personIds: readonly string[]): Promise<Device[][]> {
    const where = { personId: In([...personIds]) };
    const rows = await this.source.manager.find(DeviceEntity, { where, order: { personId: 'ASC', addedSeq: 'ASC' } });
    return personIds.map((id) => rows.filter(({ personId }) => personId === id).map(toDevice));
  }

  /** The clearance of each person; null where there is none, or it has ended. */
  async clearancesOf(personIds: readonly string[]): Promise<(Clearance | null)[]> {
    const rows = await this.source.manager.findBy(ClearanceEntity, { personId: In([...personIds]) });
    const now = this.clock.now();
    const held = new Map(rows.filter(({ until }) => until === null || until > now).map((row) => [row.personId, row]));
    return personIds.map((id) => {
      const row = held.get(id);
      return row ? toClearance(row) : null;
    });
  }

  /** The roles of each person that have not ended. */
  async rolesOf(personIds: readonly string[]): Promise<Role[][]> {
    const rows = await this.source.manager.findBy(PersonRoleEntity, [
      { personId: In([...personIds]), until: IsNull() },
      { personId: In([...personIds]), until: MoreThan(this.clock.now()) },
    ]);
    const all = Object.values(Role);
    return personIds.map((id) => all.filter((role) => rows.some((row) => row.personId === id && row.role === role)));
  }
}

function toPerson({ id, name, identityKey, revokedAt, postId }: PersonEntity): Person {
  return { id, name, identityKey, revokedAt, postId };
}

function toDevice({ id, name, personId, signatureKey, addedAt, revokedAt }: DeviceEntity): Device {
  return { id, name, personId, signatureKey, addedAt, revokedAt };
}

function toClearance({ level, categories, until }: ClearanceEntity): Clearance {
  return { level, categories: categories.map(({ tag, values }) => ({ tag, values: [...values] })), until };
}
