import { Injectable } from '@nestjs/common';

import { Refusal } from '../../platform/refusal.js';
import { LogEvents } from '../hints/logEvents.js';
import type { LogEvent } from '../hints/logEvents.js';
import { Sql } from '../sql.js';
import type { Statement } from '../sql.js';
import { EnvelopeKind } from './envelope.types.js';
import type { EnvelopeType } from './envelope.types.js';

/**
 * A message of epoch n is taken until n + 5 (E2EE.md), unless a device has come in since: it reads whatever stands behind its join. What is
 * refused for that is encrypted again by the sender's outbox.
 */
const EPOCH_WINDOW = 5;
export const IDEMPOTENCY_KEY_BYTES = 16;
/** Bounds of one statement; what exceeds them goes with the next. */
const MAX_BATCH = 256;
const MAX_BATCH_BYTES = 4 * 1024 * 1024;
/** Bounds of what waits on this instance; beyond them senders are asked to come back. */
const MAX_WAITING = 10_000;
const MAX_WAITING_BYTES = 64 * 1024 * 1024;

/** An application message whose header was checked. */
export interface NewEnvelope {
  readonly groupId: string;
  readonly senderDevice: string;
  readonly epoch: number;
  /** 16 bytes. */
  readonly idempotencyKey: Uint8Array;
  readonly payload: Buffer;
}

/** Where an envelope stands in its group's order. */
export interface Place {
  readonly seq: number;
  readonly acceptedAt: Date;
}

/** An envelope's place, or why it has none. */
export type Placed = Place | Refusal;

/** The envelopes of one request. */
interface Waiting {
  readonly envelopes: readonly NewEnvelope[];
  readonly bytes: number;
  readonly resolve: (placed: ReadonlyMap<NewEnvelope, Placed>) => void;
  readonly reject: (error: unknown) => void;
}

interface Row {
  outcome: 'APPENDED' | 'KNOWN' | 'NOT_A_MEMBER' | 'STALE_EPOCH' | 'REMOVAL_DUE' | 'KEY_USED';
  seq: number;
  accepted_at: Date;
  group_epoch: number;
}

const APPEND: Statement = {
  name: 'append envelopes',
  text: 'SELECT outcome, seq, accepted_at, group_epoch FROM append_envelopes($1, $2, $3, $4, $5, $6, $7)',
};

/**
 * Writes application envelopes to the ends of their groups' orders. What arrives while one statement is on its way goes
 * together with the next, whatever the groups: so a busy instance waits for the disk once a batch, and an idle one adds
 * no delay. Several instances may append to one group; the group's row decides who is first.
 */
@Injectable()
export class Appender {
  #waiting: Waiting[] = [];
  #waitingEnvelopes = 0;
  #waitingBytes = 0;
  #isWriting = false;

  constructor(
    private readonly sql: Sql,
    private readonly events: LogEvents,
  ) {}

  /**
   * Resolves when the envelopes of a request are on disk, all by one statement: were there a commit between two of them, the first could
   * be refused and the second taken, and their order would be lost. An idempotency key that this device used before in the group has the
   * place of that time. An envelope without a place has a refusal with NOT_A_MEMBER, STALE_EPOCH, REMOVAL_DUE, ENVELOPE_INVALID or
   * RATE_LIMITED.
   */
  append(envelopes: readonly NewEnvelope[]): Promise<ReadonlyMap<NewEnvelope, Placed>> {
    if (envelopes.length === 0) return Promise.resolve(new Map());
    const bytes = envelopes.reduce((sum, { payload }) => sum + payload.length, 0);
    const isFull = this.#waitingEnvelopes + envelopes.length > MAX_WAITING;
    if (isFull || this.#waitingBytes + bytes > MAX_WAITING_BYTES) {
      const refusal = new Refusal('RATE_LIMITED', 'too many messages wait to be stored; try again in a second');
      return Promise.resolve(new Map(envelopes.map((envelope) => [envelope, refusal])));
    }
    this.#waitingEnvelopes += envelopes.length;
    this.#waitingBytes += bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ envelopes, bytes, resolve, reject });
      void this.#write();
    });
  }

  async #write(): Promise<void> {
    if (this.#isWriting) return;
    this.#isWriting = true;
    for (let batch = this.#take(); batch.length > 0; batch = this.#take()) {
      const settle = await this.#store(batch);
      // the next statement is on its way before anybody hears of this one, so that the database is not kept waiting
      setImmediate(settle);
    }
    this.#isWriting = false;
  }

  #take(): Waiting[] {
    let [count, bytes] = [0, 0];
    const end = this.#waiting.findIndex((one, index) => {
      count += one.envelopes.length;
      bytes += one.bytes;
      return index > 0 && (count > MAX_BATCH || bytes > MAX_BATCH_BYTES);
    });
    const batch = this.#waiting.splice(0, end < 0 ? this.#waiting.length : end);
    for (const one of batch) {
      this.#waitingEnvelopes -= one.envelopes.length;
      this.#waitingBytes -= one.bytes;
    }
    return batch;
  }

  /** Never rejects: returns what is left to do when the statement has ended, one way or the other. */
  async #store(batch: readonly Waiting[]): Promise<() => void> {
    // stable: the envelopes of one group stay in the order in which they came
    const envelopes = batch.flatMap((one) => one.envelopes).sort((a, b) => byCodeUnit(a.groupId, b.groupId));
    try {
      const rows = await this.sql.run<Row>(APPEND, parametersOf(envelopes));
      const settled = pairs(envelopes, rows);
      return () => {
        this.#settle(batch, settled);
      };
    } catch (error) {
      return () => {
        for (const { reject } of batch) reject(error);
      };
    }
  }

  #settle(batch: readonly Waiting[], settled: readonly (readonly [NewEnvelope, Row])[]): void {
    const placed = new Map(settled.map(([envelope, row]) => [envelope, placedBy(envelope, row)] as const));
    for (const { resolve } of batch) resolve(placed);
    const appended = new Map<string, { groupEpoch: number; envelopes: EnvelopeType[] }>();
    for (const [envelope, row] of settled) {
      if (row.outcome !== 'APPENDED') continue;
      const { groupId } = envelope;
      const known = appended.get(groupId) ?? { groupEpoch: row.group_epoch, envelopes: [] };
      known.envelopes.push(toEnvelope(envelope, row));
      appended.set(groupId, known);
    }
    this.events.emit([...appended].map(([groupId, added]) => toEvent(groupId, added.groupEpoch, added.envelopes)));
  }
}

function pairs(envelopes: readonly NewEnvelope[], rows: readonly Row[]): (readonly [NewEnvelope, Row])[] {
  if (envelopes.length !== rows.length) throw new Error('append_envelopes returns one row for each envelope');
  return envelopes.flatMap((envelope, index) => {
    const row = rows[index];
    return row ? [[envelope, row] as const] : [];
  });
}

function parametersOf(envelopes: readonly NewEnvelope[]): unknown[] {
  let end = 0;
  return [
    envelopes.map(({ groupId }) => groupId),
    envelopes.map(({ senderDevice }) => senderDevice),
    envelopes.map(({ epoch }) => epoch),
    Buffer.concat(envelopes.map(({ idempotencyKey }) => idempotencyKey)),
    // one value for all payloads: as an array they would be written out as hexadecimal text
    Buffer.concat(envelopes.map(({ payload }) => payload)),
    envelopes.map(({ payload }) => (end += payload.length)),
    EPOCH_WINDOW,
  ];
}

function placedBy(envelope: NewEnvelope, row: Row): Placed {
  switch (row.outcome) {
    case 'NOT_A_MEMBER':
      return new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' });
    case 'STALE_EPOCH': {
      const [made, now] = [String(envelope.epoch), String(row.group_epoch)];
      return new Refusal('STALE_EPOCH', `made in epoch ${made}, the conversation is in ${now}`, { field: 'payload' });
    }
    case 'REMOVAL_DUE':
      return removalDue();
    case 'KEY_USED':
      return keyUsed();
    case 'APPENDED':
    case 'KNOWN':
      return { seq: row.seq, acceptedAt: row.accepted_at };
  }
}

/** While somebody has to leave, a group takes nothing but the commit that removes them. */
export function removalDue(): Refusal {
  return new Refusal('REMOVAL_DUE', 'a device that may not read the conversation any more has to be removed first');
}

/** An idempotency key belongs to one message, proposal or commit of a device in a group. */
export function keyUsed(): Refusal {
  const message = 'the idempotency key was used for something else';
  return new Refusal('ENVELOPE_INVALID', message, { field: 'idempotencyKey' });
}

function toEnvelope({ groupId, epoch, payload }: NewEnvelope, { seq, accepted_at }: Row): EnvelopeType {
  return { groupId, seq, kind: EnvelopeKind.APPLICATION, epoch, payload, acceptedAt: accepted_at };
}

function toEvent(groupId: string, groupEpoch: number, envelopes: readonly EnvelopeType[]): LogEvent {
  return { kind: 'APPENDED', groupId, groupEpoch, lastSeq: envelopes.at(-1)?.seq ?? 0, envelopes };
}

function byCodeUnit(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
