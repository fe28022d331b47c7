import type { Said } from './protocol.js';
import type { Tap } from './tap.js';

/** A message whose sending has resolved on its sender's device. */
export interface Sent {
  readonly tag: string;
  readonly conversation: string;
  readonly number: number;
  readonly state: string;
}

/** What a device complains of. */
export interface Complaint {
  readonly tag: string;
  readonly code: string;
  readonly message: string;
  /** Undefined where the device does not say which one. */
  readonly conversation: string | undefined;
  /** When it was heard, in milliseconds since 1970. */
  readonly at: number;
}

/** What the devices have said: kept by the test, outside of the engine. */
export class Ledger {
  readonly sent: Sent[] = [];
  readonly problems: Complaint[] = [];
  /** Messages that each device says it has written. */
  private readonly written = new Map<string, number>();
  private readonly acknowledged = new Map<string, number>();

  constructor(private readonly tap: Tap) {}

  hear(said: Said): void {
    if (said.say === 'sent') {
      this.sent.push(said);
      this.acknowledged.set(said.tag, (this.acknowledged.get(said.tag) ?? 0) + 1);
    }
    if (said.say === 'secret') this.tap.learn(said.groupId, said.epoch, said.secret);
    if (said.say === 'problem') this.note(said.tag, said.code, said.message, said.conversation);
    if (said.say === 'written') this.hearWritten(said.tag, said.count);
  }

  /** Messages that were written altogether. */
  get total(): number {
    let total = 0;
    for (const count of this.written.values()) total += count;
    return total;
  }

  writtenBy(tag: string): number {
    return this.written.get(tag) ?? 0;
  }

  /** A device that comes back must not have forgotten a message that was durable. */
  private hearWritten(tag: string, count: number): void {
    const forgotten = (this.acknowledged.get(tag) ?? 0) - count;
    if (forgotten > 0) this.note(tag, 'FORGOTTEN', `${String(forgotten)} durable messages`);
    this.written.set(tag, count);
  }

  private note(tag: string, code: string, message: string, conversation?: string): void {
    this.problems.push({ tag, code, message, conversation, at: Date.now() });
  }
}
