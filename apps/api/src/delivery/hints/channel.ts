import { shareEvent } from '../../platform/graphql/index.js';
import type { EnvelopeType } from '../envelopes/envelope.types.js';
import { hintOfPlace } from './hint.types.js';
import type { HintEvent, HintStream } from './hintStream.js';
import type { LogEvent } from './logEvents.js';

/** Larger envelopes are fetched: a hint goes to every member, a page to those who want it. */
export const MAX_RIDING_BYTES = 16 * 1024;

/** Events that wait with their envelopes while the database is asked who is a member. */
const MAX_WAITING = 500;

/**
 * The connected members of one group in one epoch. Who is a member is a function of the epoch, and every event names the
 * epoch that it left the group in; so an event of the channel's own epoch goes to exactly the members, and any other
 * asks for a new look at the database first.
 */
export class Channel {
  readonly #streams = new Set<HintStream>();
  /** Present while the database is asked; events wait for the answer. */
  refreshing: Promise<void> | undefined;
  /** Set when what is being asked may be outdated when it arrives. */
  isOutdated = false;
  #waiting: LogEvent[] = [];

  constructor(
    readonly groupId: string,
    public epoch: number,
  ) {}

  get size(): number {
    return this.#streams.size;
  }

  add(stream: HintStream): void {
    this.#streams.add(stream);
    stream.groupIds.add(this.groupId);
  }

  remove(stream: HintStream): void {
    this.#streams.delete(stream);
    stream.groupIds.delete(this.groupId);
  }

  /** Takes everybody out and returns who was in. */
  clear(): ReadonlySet<HintStream> {
    const before = new Set(this.#streams);
    for (const stream of before) this.remove(stream);
    return before;
  }

  /** Keeps an event until the members are known; of very many, only the places. */
  wait(event: LogEvent): void {
    this.#waiting.push(this.#waiting.length < MAX_WAITING ? event : { ...event, envelopes: [] });
  }

  /** Gives back what had to wait. */
  takeWaiting(): readonly LogEvent[] {
    const waiting = this.#waiting;
    this.#waiting = [];
    return waiting;
  }

  /** Returns false when the event has to wait until the channel knows the members of the event's epoch. */
  take(event: LogEvent): boolean {
    // a commit is read by the members of the epoch that it ends, those whom it removes included, not by those it adds
    const audienceEpoch = event.kind === 'COMMITTED' ? event.groupEpoch - 1 : event.groupEpoch;
    if (audienceEpoch > this.epoch) return false;
    this.#send(audienceEpoch === this.epoch ? event.envelopes : [], event);
    return true;
  }

  #send(envelopes: readonly EnvelopeType[], { groupId, lastSeq }: LogEvent): void {
    const events = envelopes.map((envelope) => {
      const rides = envelope.payload.length <= MAX_RIDING_BYTES;
      return shareEvent<HintEvent>({ hints: hintOfPlace(groupId, envelope.seq, rides ? envelope : null) });
    });
    // without envelopes, the place alone
    if (events.length === 0) events.push(shareEvent<HintEvent>({ hints: hintOfPlace(groupId, lastSeq) }));
    for (const stream of this.#streams) for (const event of events) stream.push(event);
  }
}
