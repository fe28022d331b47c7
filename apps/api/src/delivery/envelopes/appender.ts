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

interface Waiting {
  readonly envelope: NewEnvelope;
  readonly resolve: (place: Place) => void;
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
  #waitingBytes = 0;
  #isWriting = false;

  constructor(
    private readonly sql: Sql,
    private readonly events: LogEvents,
  ) {}

  /**
   * Resolves when the envelope is on disk; for an idempotency key that this device used before in this group, with the
   * place of that time. Rejects with NOT_A_MEMBER, STALE_EPOCH, REMOVAL_DUE, ENVELOPE_INVALID or RATE_LIMITED.
   */
  append(envelope: NewEnvelope): Promise<Place> {
    const bytes = this.#waitingBytes + envelope.payload.length;
    if (this.#waiting.length >= MAX_WAITING || bytes > MAX_WAITING_BYTES) {
      return Promise.reject(new Refusal('RATE_LIMITED', 'too many messages wait to be stored; try again in a second'));
    }
    this.#waitingBytes = bytes;
    return new Promise((resolve, reject) => {
      this.#waiting.push({ envelope, resolve, reject });
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
    let bytes = 0;
    const count = this.#waiting.findIndex(({ envelope }, index) => {
      bytes += envelope.payload.length;
      return index > 0 && (index >= MAX_BATCH || bytes > MAX_BATCH_BYTES);
    });
    const batch = this.#waiting.splice(0, count < 0 ? this.#waiting.length : count);
    for (const { envelope } of batch) this.#waitingBytes -= envelope.payload.length;
    // stable: the envelopes of one group stay in the order in which they came
    return batch.sort((a, b) => byCodeUnit(a.envelope.groupId, b.envelope.groupId));
  }

  /** Never rejects: returns what is left to do when the statement has ended, one way or the other. */
  async #store(batch: readonly Waiting[]): Promise<() => void> {
    try {
      const rows = await this.sql.run<Row>(APPEND, parametersOf(batch.map(({ envelope }) => envelope)));
      const settled = pairs(batch, rows);
      return () => {
        this.#settle(settled);
      };
    } catch (error) {
      return () => {
        for (const { reject } of batch) reject(error);
      };
    }
  }

  #settle(settled: readonly (readonly [Waiting, Row])[]): void {
    const appended = new Map<string, { groupEpoch: number; envelopes: EnvelopeType[] }>();
    for (const [waiting, row] of settled) {
      answer(waiting, row);
      if (row.outcome !== 'APPENDED') continue;
      const { groupId } = waiting.envelope;
      const known = appended.get(groupId) ?? { groupEpoch: row.group_epoch, envelopes: [] };
      known.envelopes.push(toEnvelope(waiting.envelope, row));
      appended.set(groupId, known);
    }
    this.events.emit([...appended].map(([groupId, added]) => toEvent(groupId, added.groupEpoch, added.envelopes)));
  }
}

function pairs(batch: readonly Waiting[], rows: readonly Row[]): (readonly [Waiting, Row])[] {
  if (batch.length !== rows.length) throw new Error('append_envelopes returns one row for each envelope');
  return batch.flatMap((waiting, index) => {
    const row = rows[index];
    return row ? [[waiting, row] as const] : [];
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

function answer({ envelope, resolve, reject }: Waiting, row: Row): void {
  if (row.outcome === 'NOT_A_MEMBER') {
    reject(new Refusal('NOT_A_MEMBER', 'this device is not a member of the conversation', { field: 'groupId' }));
  } else if (row.outcome === 'STALE_EPOCH') {
    const [made, now] = [String(envelope.epoch), String(row.group_epoch)];
    reject(new Refusal('STALE_EPOCH', `made in epoch ${made}, the conversation is in ${now}`, { field: 'payload' }));
  } else if (row.outcome === 'REMOVAL_DUE') {
    reject(removalDue());
  } else if (row.outcome === 'KEY_USED') {
    reject(keyUsed());
  } else {
    resolve({ seq: row.seq, acceptedAt: row.accepted_at });
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
