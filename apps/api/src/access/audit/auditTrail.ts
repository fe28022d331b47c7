import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { AuditSeen } from '#contracts';
import { equalBytes } from '#primitives/verify';
import { AUDIT_START, auditHash, encodeAuditEntry } from '#transparency';
import type { AuditKind, AuditNote, AuditPosition } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import type { Caller } from '../rules.js';
import { AuditEntryEntity } from './audit.entity.js';

/** Any fixed number; makes entries of all instances wait for each other, so that the chain has no gap and no fork. */
const AUDIT_LOCK = 4_460_004;

/** Which entries somebody wants to see. */
export interface AuditQuery {
  /** Entries after this one, oldest first; without it the newest first. */
  readonly after?: number | undefined;
  /** Entries before this one. */
  readonly before?: number | undefined;
  readonly kind?: AuditKind | undefined;
  readonly personId?: string | undefined;
  readonly deviceId?: string | undefined;
  readonly since?: Date | undefined;
  readonly until?: Date | undefined;
}

/** What was entered, and where. */
export interface RecordedEntry {
  readonly seq: number;
  readonly payload: Uint8Array;
}

/** The audit trail: an append-only chain of hashes, whose heads officers state in the transparency log. */
@Injectable()
export class AuditTrail {
  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Enters a note at the end of the trail. Within the transaction of the act, as its last step but for rows that it holds
   * already: entries of others wait until it ends.
   */
  async record(note: AuditNote, manager?: EntityManager): Promise<RecordedEntry> {
    return manager ? this.append(note, manager) : this.source.transaction((own) => this.append(note, own));
  }

  /**
   * A device signs what it has seen of the trail; one that has seen another trail must not make this one look wrong.
   * Throws AUDIT_BROKEN, which tells an honest device that the trail has lost what the device did.
   */
  async requireSeen(seen: AuditSeen | undefined): Promise<void> {
    if (!seen) return;
    const known = await this.hashOf(seen.entry);
    if (known && equalBytes(known, seen.hash)) return;
    throw new Refusal('AUDIT_BROKEN', 'the audit trail does not hold what this device has seen of it', {
      field: 'seen',
    });
  }

  /** The newest administrative act of a device; null where there is none. */
  newestActOf(deviceId: string): Promise<AuditEntryEntity | null> {
    return this.source.manager.findOne(AuditEntryEntity, { where: { deviceId, kind: 'act' }, order: { seq: 'DESC' } });
  }

  /** Enters an administrative act of the caller, with the device's signature for it. */
  async recordAct(caller: Caller, operation: string, about: readonly string[], manager?: EntityManager): Promise<void> {
    const { deviceId: device, personId: person, act } = caller;
    const signed = act && { signed: act.signed };
    await this.record({ kind: 'act', operation, outcome: 'DONE', device, person, about, ...signed }, manager);
    if (act) act.isRecorded = true;
  }

  /** The newest entry's number and hash. */
  async head(manager: EntityManager = this.source.manager): Promise<AuditPosition> {
    const [newest] = await manager.find(AuditEntryEntity, { order: { seq: 'DESC' }, take: 1 });
    return newest ? { entry: newest.seq, hash: newest.hash } : AUDIT_START;
  }

  /** The hash of an entry; undefined where there is none. */
  async hashOf(entry: number, manager: EntityManager = this.source.manager): Promise<Uint8Array | undefined> {
    const row = await manager.findOneBy(AuditEntryEntity, { seq: entry });
    return row?.hash;
  }

  async page(first: number, query: AuditQuery): Promise<AuditEntryEntity[]> {
    const rows = this.source.manager.createQueryBuilder(AuditEntryEntity, 'entry');
    for (const [condition, value] of conditionsOf(query))
      if (value !== undefined) rows.andWhere(condition, { [nameIn(condition)]: value });
    return rows
      .orderBy('entry.seq', query.after === undefined ? 'DESC' : 'ASC')
      .limit(first)
      .getMany();
  }

  private async append(note: AuditNote, manager: EntityManager): Promise<RecordedEntry> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [AUDIT_LOCK]);
    const { entry: before, hash: prev } = await this.head(manager);
    const at = this.clock.now();
    const seq = before + 1;
    const payload = encodeAuditEntry({ ...note, seq, at: at.getTime(), prev });
    const { kind, device = null, person = null } = note;
    const row = { seq, at, kind, deviceId: device, personId: person };
    await manager.insert(AuditEntryEntity, {
      ...row,
      payload: Buffer.from(payload),
      hash: Buffer.from(auditHash(payload)),
    });
    return { seq, payload };
  }
}

function conditionsOf({ after, before, kind, personId, deviceId, since, until }: AuditQuery): [string, unknown][] {
  return [
    ['entry.seq > :after', after],
    ['entry.seq < :before', before],
    ['entry.kind = :kind', kind],
    ['entry.person_id = :person', personId],
    ['entry.device_id = :device', deviceId],
    ['entry.at >= :since', since],
    ['entry.at < :until', until],
  ];
}

const nameIn = (condition: string): string => condition.slice(condition.indexOf(':') + 1);
