import type { ClientEvent } from './types.js';

type Hear = (event: ClientEvent) => void;

/** Whoever hears what comes about in a client. */
export class Audience {
  private readonly seats = new Map<symbol, { readonly hear: Hear; readonly manner: 'listens' | 'watches' }>();

  /** Whether somebody follows every message. */
  get isWatching(): boolean {
    return [...this.seats.values()].some(({ manner }) => manner === 'watches');
  }

  /** Returns what gives the seat up. */
  seat(hear: Hear, manner: 'listens' | 'watches'): () => void {
    const seat = Symbol(manner);
    this.seats.set(seat, { hear, manner });
    return () => {
      this.seats.delete(seat);
    };
  }

  tell(event: ClientEvent): void {
    for (const { hear } of this.seats.values()) hear(event);
  }
}
