import { Injectable } from '@nestjs/common';

import { Log } from '../../platform/log/log.js';
import type { EnvelopeType } from '../envelopes/envelope.types.js';

/** Something that was added to a group's order on this instance, after its transaction. */
export interface LogEvent {
  /** CREATED and COMMITTED change who is a member. */
  readonly kind: 'APPENDED' | 'COMMITTED' | 'CREATED';
  readonly groupId: string;
  /** The epoch of the group afterwards; who is a member is a function of it. */
  readonly groupEpoch: number;
  /** Newest place that the event is about. */
  readonly lastSeq: number;
  /** What was added, in order; empty for CREATED. */
  readonly envelopes: readonly EnvelopeType[];
}

type Listener = (events: readonly LogEvent[]) => void;

/** Carries what this instance wrote to whoever tells clients of it. */
@Injectable()
export class LogEvents {
  readonly #listeners = new Set<Listener>();

  constructor(private readonly log: Log) {}

  listen(listener: Listener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Never throws: what is stored is stored, whether or not clients hear of it. */
  emit(events: readonly LogEvent[]): void {
    if (events.length === 0) return;
    for (const listener of this.#listeners) {
      try {
        listener(events);
      } catch (error) {
        this.log.error('hints.failed', error);
      }
    }
  }
}
