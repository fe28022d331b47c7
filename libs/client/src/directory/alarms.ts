import { ChanceryError } from '../errors.js';
import { maybeText, numberOf, textOf } from '../ports/store.js';
import type { Row, Store } from '../ports/store.js';
import type { Timer } from '../ports/timer.js';

/**
 * - `LOG_UNSIGNED`, `LOG_ROLLED_BACK`: what the server shows now; ends when it shows what it should.
 * - `LOG_FORKED`, `SPLIT_VIEW`: it has shown two directories; ends when a person says so.
 */
export const LOG_ALARM_CODES = ['LOG_UNSIGNED', 'LOG_ROLLED_BACK', 'LOG_FORKED', 'SPLIT_VIEW'] as const;
export type LogAlarmCode = (typeof LOG_ALARM_CODES)[number];

const PASSING: readonly LogAlarmCode[] = ['LOG_UNSIGNED', 'LOG_ROLLED_BACK'];

/** Something that the server should never have shown, with the evidence. */
export interface LogAlarm {
  readonly id: number;
  readonly code: LogAlarmCode;
  readonly message: string;
  /** The newest checkpoint that had fitted before, a signed note. */
  readonly seen: string | undefined;
  /** What was shown then: a signed note, or the checkpoint that a message named. */
  readonly shown: string | undefined;
  readonly raisedAt: string;
  /** Undefined while it stops all sending. */
  readonly endedAt: string | undefined;
}

/** Alarms about the log, kept for good in the vault. While one stands, this device sends nothing. */
export class Alarms {
  private constructor(
    private readonly store: Store,
    private readonly timer: Timer,
    private standing: readonly LogAlarm[],
  ) {}

  static async load(store: Store, timer: Timer): Promise<Alarms> {
    const all = await store.read((sql) => sql.all('SELECT * FROM log_alarm WHERE ended_at IS NULL ORDER BY id'));
    return new Alarms(store, timer, all.map(fromRow));
  }

  /** The first one that stands. */
  get current(): LogAlarm | undefined {
    return this.standing[0];
  }

  /** @throws ChanceryError with the alarm's code */
  requireNone(): void {
    if (this.current) throw new ChanceryError(this.current.code, this.current.message);
  }

  async list(): Promise<LogAlarm[]> {
    return (await this.store.read((sql) => sql.all('SELECT * FROM log_alarm ORDER BY id'))).map(fromRow);
  }

  /** Keeps the evidence; true unless an alarm of this code stands already. */
  async raise(code: LogAlarmCode, message: string, shown: string | undefined): Promise<boolean> {
    if (this.standing.some((alarm) => alarm.code === code)) return false;
    const raisedAt = this.timer.now().toISOString();
    const id = await this.store.transaction(async (sql) => {
      const row = await sql.get('SELECT note FROM log_checkpoint');
      const seen = row ? textOf(row, 'note') : null;
      const columns = 'code, message, seen, shown, raised_at';
      const insert = `INSERT INTO log_alarm (${columns}) VALUES (?, ?, ?, ?, ?) RETURNING *`;
      return sql.get(insert, [code, message, seen, shown ?? null, raisedAt]);
    });
    if (id) this.standing = [...this.standing, fromRow(id)];
    return true;
  }

  /** The server shows what it should. */
  async endPassing(): Promise<void> {
    await this.end(({ code }) => PASSING.includes(code));
  }

  /** A person has looked into it, with the security officer. @throws ChanceryError NOT_FOUND */
  async dismiss(id: number): Promise<void> {
    if (!this.standing.some((alarm) => alarm.id === id)) {
      throw new ChanceryError('NOT_FOUND', 'No alarm of this number stands.', { field: 'alarm' });
    }
    await this.end((alarm) => alarm.id === id);
  }

  private async end(which: (alarm: LogAlarm) => boolean): Promise<void> {
    const ended = this.standing.filter(which);
    if (ended.length === 0) return;
    const now = this.timer.now().toISOString();
    await this.store.transaction(async (sql) => {
      for (const { id } of ended) await sql.run('UPDATE log_alarm SET ended_at = ? WHERE id = ?', [now, id]);
    });
    this.standing = this.standing.filter((alarm) => !ended.includes(alarm));
  }
}

function fromRow(row: Row): LogAlarm {
  return {
    id: numberOf(row, 'id'),
    code: textOf(row, 'code') as LogAlarmCode,
    message: textOf(row, 'message'),
    seen: maybeText(row, 'seen'),
    shown: maybeText(row, 'shown'),
    raisedAt: textOf(row, 'raised_at'),
    endedAt: maybeText(row, 'ended_at'),
  };
}
