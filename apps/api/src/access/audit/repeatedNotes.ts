import { Injectable } from '@nestjs/common';
import type { OnApplicationBootstrap, OnModuleDestroy } from '@nestjs/common';

import type { AuditNote } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { Log } from '../../platform/log/log.js';
import { AuditTrail } from './auditTrail.js';

/** The first of its kind is entered at once, the others of these ten minutes as one number. */
const WINDOW_MS = 10 * 60_000;
const SWEEP_MS = 60_000;
/** Different notes that are told apart in one window; of further ones only operation and outcome are kept. */
const MAX_KEYS = 500;

/** What may happen often, and what anybody can cause: refusals and reading. */
export type RepeatedNote = Pick<AuditNote, 'kind' | 'operation' | 'outcome' | 'device' | 'person' | 'about'>;

interface Repeated {
  readonly note: RepeatedNote;
  readonly since: number;
  more: number;
}

/** Keeps the audit trail from growing with every attempt of somebody who tries a million times. */
@Injectable()
export class RepeatedNotes implements OnApplicationBootstrap, OnModuleDestroy {
  readonly #repeated = new Map<string, Repeated>();
  #timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly trail: AuditTrail,
    private readonly clock: Clock,
    private readonly log: Log,
  ) {}

  onApplicationBootstrap(): void {
    this.#timer = setInterval(() => void this.#sweep(WINDOW_MS), SWEEP_MS).unref();
  }

  /** What was counted and not entered yet. */
  async onModuleDestroy(): Promise<void> {
    clearInterval(this.#timer);
    await this.#sweep(0);
  }

  /** Never throws: that a refusal can't be entered doesn't change it. */
  async add(note: RepeatedNote): Promise<void> {
    const told = this.#isKnown(note) || this.#repeated.size < MAX_KEYS ? note : anonymous(note);
    const known = this.#repeated.get(keyOf(told));
    if (known) {
      known.more += 1;
      return;
    }
    this.#repeated.set(keyOf(told), { note: told, since: this.clock.now().getTime(), more: 0 });
    await this.#record(told);
  }

  #isKnown(note: RepeatedNote): boolean {
    return this.#repeated.has(keyOf(note));
  }

  async #sweep(age: number): Promise<void> {
    const now = this.clock.now().getTime();
    const over = [...this.#repeated].filter(([, { since }]) => now - since >= age);
    for (const [key, { note, more }] of over) {
      this.#repeated.delete(key);
      if (more > 0) await this.#record({ ...note, count: more });
    }
  }

  async #record(note: AuditNote): Promise<void> {
    try {
      await this.trail.record(note);
    } catch (error) {
      this.log.error('audit.record', error);
    }
  }
}

function keyOf({ kind, operation, outcome, device, about = [] }: RepeatedNote): string {
  return [kind, operation, outcome, device, ...about].join(' ');
}

function anonymous({ kind, operation, outcome }: RepeatedNote): RepeatedNote {
  return { kind, operation, outcome };
}
