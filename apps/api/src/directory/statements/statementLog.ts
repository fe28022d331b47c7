import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap } from '@nestjs/common';
import { DataSource, In, MoreThan } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { SecurityPolicy } from '#policy';
import { equalBytes, toHex } from '#primitives/verify';
import { Directory, Frontier, leafHash, statementId } from '#transparency';
import type { AuditHead, VerifiedStatement } from '#transparency';

import { AuditTrail } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Checkpoints } from '../log/checkpoints.js';
import { LogTree } from '../log/logTree.js';
import { KeyFile } from '../serverKeys/keyFile.js';
import { noteOf } from './auditNote.js';
import { requireAssignable, requireOfficerLeft } from './assignments.js';
import { placeOf } from './parse.js';
import { project } from './projection.js';
import { StatementEntity } from './statement.entity.js';
import { invalid, verifyNext } from './verifyNext.js';

/** Any fixed number; all instances of Chancery on one database use the same. */
const LOG_LOCK = 4_460_002;
/** Statements that are read and verified at once when an instance catches up. */
const PAGE = 200;

/** What an append has done. */
export interface Appended {
  /** Sequence numbers in the order of the payloads; a statement that stood there before keeps its own. */
  readonly seqs: readonly number[];
  /** Those that are new. */
  readonly fresh: readonly VerifiedStatement[];
}

type StatementRow = Pick<StatementEntity, 'seq' | 'id' | 'payload' | 'recordedAt'>;

/**
 * The log of statements: one gapless sequence, in which only what verifies is entered. The state that the statements
 * prove is kept in memory and brought up to the database's head before each use, so that all instances agree.
 */
@Injectable()
export class StatementLog implements OnApplicationBootstrap {
  private readonly directory = Directory.empty();
  private frontier = Frontier.empty;

  constructor(
    private readonly source: DataSource,
    private readonly clock: Clock,
    private readonly keys: KeyFile,
    private readonly tree: LogTree,
    private readonly checkpoints: Checkpoints,
    private readonly audit: AuditTrail,
  ) {}

  /** Verifies the whole log before the first request; a server whose log was tampered with does not start. */
  async onApplicationBootstrap(): Promise<void> {
    const { head } = await this.state();
    const { root: expected } = this.frontier;
    const { root } = await this.tree.frontier(head);
    if (!equalBytes(root, expected)) throw new Error('the tree of the log is not that of its statements');
    const signed = await this.checkpoints.largest();
    if (signed > head)
      throw new Error(`the log has ${String(head)} statements; this server has signed ${String(signed)}`);
    await this.source.transaction(async (manager) => {
      await this.lock(manager);
      await this.checkpoints.ensure(await this.state(manager), manager);
    });
  }

  /** Everything that the recorded statements prove. Shared by all who ask: never apply to it, fork it. */
  async state(manager: EntityManager = this.source.manager): Promise<Directory> {
    for (;;) {
      const rows = await manager.find(StatementEntity, {
        where: { seq: MoreThan(this.directory.head) },
        order: { seq: 'ASC' },
        take: PAGE,
      });
      // Another call may have entered the same rows while this one waited for the database.
      for (const { seq, payload } of rows) if (seq === this.directory.head + 1) this.enter(payload, seq);
      if (rows.length < PAGE) return this.directory;
    }
  }

  /** Makes the transaction the only one that may append, until it ends. */
  async lock(manager: EntityManager): Promise<void> {
    await manager.query('SELECT pg_advisory_xact_lock($1)', [LOG_LOCK]);
  }

  /**
   * Verifies and enters statements at the end of the log: all of them, or none. At most once in a transaction.
   * Throws STATEMENT_INVALID, which names the statement (`path` is the name of the caller's list) and what is wrong with it.
   */
  async append(
    manager: EntityManager,
    payloads: readonly Uint8Array[],
    policy: SecurityPolicy,
    path?: string,
  ): Promise<Appended> {
    await this.lock(manager);
    const known = await this.recorded(manager, payloads);
    const draft = (await this.state(manager)).fork();
    const now = this.clock.now();
    const entries = payloads.map((payload, index) => {
      const before = known.get(toHex(statementId(payload)));
      if (before !== undefined) return { seq: before };
      const field = placeOf(index, path);
      const statement = verifyNext(draft, payload, field, { policy, now });
      return { seq: statement.seq, fresh: { statement, field, row: toRow(statement, payload, now) } };
    });
    const fresh = entries.flatMap((entry) => entry.fresh ?? []);
    for (const { statement, field } of fresh) {
      if (statement.body.type === 'assign') await requireAssignable(statement.body, field, manager);
      if (statement.body.type === 'auditHead') await this.requireKnownHead(statement.body, field, manager);
      await this.requireHeld(statement, field);
    }
    const rows = fresh.map(({ row }) => row);
    if (rows.length > 0) await manager.insert(StatementEntity, rows);
    await this.checkpoints.extend(
      rows.map(({ payload }) => payload),
      draft,
      manager,
    );
    for (const { statement } of fresh) await project(statement, manager, now);
    const statements = fresh.map(({ statement }) => statement);
    await requireOfficerLeft(statements, manager);
    for (const statement of statements) await this.audit.record(noteOf(statement, draft), manager);
    return { seqs: entries.map(({ seq }) => seq), fresh: statements };
  }

  /** Up to `first` statements after a sequence number, oldest first. */
  page(after: number, first: number): Promise<StatementEntity[]> {
    const where = { seq: MoreThan(after) };
    return this.source.manager.find(StatementEntity, { where, order: { seq: 'ASC' }, take: first });
  }

  /** Sequence number of the newest statement, 0 before the first. */
  async head(): Promise<number> {
    return (await this.source.manager.maximum(StatementEntity, 'seq')) ?? 0;
  }

  private enter(payload: Uint8Array, seq: number): void {
    this.directory.apply(payload, seq);
    this.frontier = this.frontier.append(leafHash(payload)).next;
  }

  /** A witness who has seen another trail than this server's must not be believed, and the server not be blamed. */
  private async requireKnownHead({ entry, hash }: AuditHead, field: string, manager: EntityManager): Promise<void> {
    const known = await this.audit.hashOf(entry, manager);
    if (!known || !equalBytes(known, hash)) throw invalid(field, 'this is not the audit trail of this server');
  }

  /** A key that this server does not hold would leave the log without a signature. */
  private async requireHeld({ body }: VerifiedStatement, field: string): Promise<void> {
    if (body.type !== 'serverKey' || (await this.keys.holds(body.key))) return;
    throw invalid(field, 'this server does not hold the key');
  }

  /** When the statements with these sequence numbers were recorded. */
  async recordedAt(seqs: readonly number[]): Promise<ReadonlyMap<number, Date>> {
    const where = { seq: In([...seqs]) };
    const rows = await this.source.manager.find(StatementEntity, { select: { seq: true, recordedAt: true }, where });
    return new Map(rows.map(({ seq, recordedAt }) => [seq, recordedAt]));
  }

  private async recorded(manager: EntityManager, payloads: readonly Uint8Array[]): Promise<Map<string, number>> {
    const ids = payloads.map((payload) => Buffer.from(statementId(payload)));
    const rows = await manager.find(StatementEntity, { select: { seq: true, id: true }, where: { id: In(ids) } });
    return new Map(rows.map(({ id, seq }) => [toHex(id), seq]));
  }
}

function toRow({ seq, id }: VerifiedStatement, payload: Uint8Array, recordedAt: Date): StatementRow {
  return { seq, id: Buffer.from(id), payload: Buffer.from(payload), recordedAt };
}
