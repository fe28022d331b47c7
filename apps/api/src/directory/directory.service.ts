import { Injectable } from '@nestjs/common';
import { DataSource, In, IsNull, Not } from 'typeorm';

import type { Clearance, SecurityPolicy } from '#policy';
import type { Directory } from '#transparency';

import { DeviceDirectory, Role } from '../access/index.js';
import type { KnownDevice } from '../access/index.js';
import { Clock } from '../platform/clock.js';
import { prepared } from '../platform/database/index.js';
import { DeviceNotesService } from './devices/deviceNotes.service.js';
import { Policies } from './ministry/policies.js';
import type { PolicyInForce } from './ministry/policies.js';
import { DeviceEntity, PersonEntity } from './people/person.entity.js';
import type { ClearanceEntity } from './people/person.entity.js';
import { PeopleService } from './people/people.service.js';
import { StatementLog } from './statements/statementLog.js';

interface DeviceRow {
  person_id: string;
  post_id: string;
  signature_key: Buffer;
  revoked_at: Date | null;
}

/** Where somebody is. */
export interface Standing {
  readonly postId: string;
  /** Whether they were not revoked. */
  readonly isActive: boolean;
}

/** Somebody who works here. */
export interface Colleague {
  readonly id: string;
  readonly name: string;
  readonly postId: string;
}

/** What the other features may ask of the directory. Every answer is as new as the newest recorded statement. */
@Injectable()
export class DirectoryService extends DeviceDirectory {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly policies: Policies,
    private readonly people: PeopleService,
    private readonly log: StatementLog,
    private readonly notes: DeviceNotesService,
  ) {
    super();
  }

  override async device(deviceId: string): Promise<KnownDevice | undefined> {
    const row = await this.source.manager
      .createQueryBuilder(DeviceEntity, 'device')
      .innerJoin(PersonEntity, 'person', 'person.id = device.person_id')
      .select(['device.person_id AS person_id', 'person.post_id AS post_id'])
      .addSelect(['device.signature_key AS signature_key', 'device.revoked_at AS revoked_at'])
      .where('device.id = :deviceId', { deviceId })
      .getRawOne<DeviceRow>();
    if (!row) return undefined;
    const { person_id: personId, post_id: postId, signature_key: signatureKey, revoked_at: revokedAt } = row;
    return { personId, postId, signatureKey, ...(revokedAt && { revokedAt }) };
  }

  override async revokedAmong(deviceIds: readonly string[]): Promise<string[]> {
    if (deviceIds.length === 0) return [];
    const where = { id: In([...deviceIds]), revokedAt: Not(IsNull()) };
    const rows = await this.source.manager.find(DeviceEntity, { select: { id: true }, where });
    return rows.map(({ id }) => id);
  }

  override clearance(personId: string): Promise<Clearance | undefined> {
    return this.clearanceOf(personId);
  }

  override async roles(personId: string): Promise<Role[]> {
    const [roles] = await this.people.rolesOf([personId]);
    return roles ?? [];
  }

  override seen(deviceId: string): Promise<void> {
    return this.notes.seen(deviceId);
  }

  /** The person a device belongs to, revoked devices included; undefined for an unknown device. */
  async personOfDevice(deviceId: string): Promise<string | undefined> {
    return (await this.device(deviceId))?.personId;
  }

  /** The post that a person is in; undefined for an unknown person. */
  async postOf(personId: string): Promise<string | undefined> {
    const where = { id: personId };
    return (await this.source.manager.findOne(PersonEntity, { select: { id: true, postId: true }, where }))?.postId;
  }

  /** Where those of the people are who exist, and whether they still work here. */
  async standings(personIds: readonly string[]): Promise<ReadonlyMap<string, Standing>> {
    const where = { id: In([...personIds]) };
    const rows = await this.source.manager.find(PersonEntity, {
      where,
      select: { id: true, postId: true, revokedAt: true },
    });
    return new Map(rows.map(({ id, postId, revokedAt }) => [id, { postId, isActive: revokedAt === null }]));
  }

  /** Who is in one of the posts and still works here; who was enrolled last comes first. */
  async peopleIn(postIds: readonly string[]): Promise<string[]> {
    const where = { postId: In([...postIds]), revokedAt: IsNull() };
    const rows = await this.source.manager.find(PersonEntity, { where, select: { id: true }, order: { id: 'DESC' } });
    return rows.map(({ id }) => id);
  }

  /** Everybody who still works here, in the order of enrolment. */
  async everybody(): Promise<Colleague[]> {
    const working = [...(await this.state()).persons()].filter(({ revoked }) => !revoked);
    return working.map(({ id, name, post }) => ({ id, name, postId: post }));
  }

  /** Undefined when the person holds none, or it has ended. */
  async clearanceOf(personId: string): Promise<Clearance | undefined> {
    const [row] = await prepared<Pick<ClearanceEntity, 'policy' | 'level' | 'categories' | 'until'>>(
      this.source,
      'SELECT policy, level, categories, until FROM clearance WHERE person_id = $1',
      [personId],
    );
    if (!row || (row.until && row.until <= this.clock.now())) return undefined;
    const { policy, level, categories, until } = row;
    return { policy, level, categories, ...(until && { until: until.toISOString() }) };
  }

  /** The security policy in force. Throws NOT_FOUNDED. */
  async policy(): Promise<SecurityPolicy> {
    return (await this.policies.inForce()).policy;
  }

  /** The same with its hash, for what is derived from it and stored. Throws NOT_FOUNDED. */
  policyInForce(): Promise<PolicyInForce> {
    return this.policies.inForce();
  }

  /**
   * Everything that statements prove, verified here, up to the newest one; for questions about many devices and people at
   * once, which it answers without the database. Shared: never apply to it, fork it.
   */
  state(): Promise<Directory> {
    return this.log.state();
  }

  /** When this server recorded the statements with these sequence numbers. */
  recordedAt(seqs: readonly number[]): Promise<ReadonlyMap<number, Date>> {
    return this.log.recordedAt(seqs);
  }
}
