/**
 * What was found out about terms before. Each belongs to one state of what a reader may read: another reader, or one paper more or
 * less, is another state and starts from nothing. The states used least recently go first.
 */
export class KnownByState<Term, Value> {
  private readonly byState = new Map<string, Map<Term, Value>>();
  private terms = 0;

  /** @param most - bound of what is remembered, in terms over all states */
  constructor(private readonly most: number) {}

  /** What is known of one state. */
  of(state: string): ReadonlyMap<Term, Value> {
    return this.byState.get(state) ?? new Map<Term, Value>();
  }

  add(state: string, found: ReadonlyMap<Term, Value>): void {
    const known = this.byState.get(state) ?? new Map<Term, Value>();
    this.terms -= known.size;
    for (const [term, value] of found) known.set(term, value);
    this.terms += known.size;
    this.byState.delete(state);
    this.byState.set(state, known);
    for (const [oldest, { size }] of this.byState) {
      if (this.terms <= this.most) break;
      this.byState.delete(oldest);
      this.terms -= size;
    }
  }
}
