/** Bound of what is remembered, in terms over all populations: some 40 bytes each. */
const MAX_TERMS = 200_000;

/**
 * In how many papers terms stand, as counted before. Each count belongs to one state of what a reader may read: another reader,
 * or one paper more or less, is another state and starts from nothing. The states used least recently go first.
 */
export class KnownFrequencies {
  private readonly byState = new Map<string, Map<number, number>>();
  private terms = 0;

  constructor(private readonly most = MAX_TERMS) {}

  /** Counts of one state; terms that stand nowhere are there with 0. */
  of(state: string): ReadonlyMap<number, number> {
    return this.byState.get(state) ?? NOTHING;
  }

  add(state: string, counted: ReadonlyMap<number, number>): void {
    const known = this.byState.get(state) ?? new Map<number, number>();
    this.terms -= known.size;
    for (const [id, documents] of counted) known.set(id, documents);
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

const NOTHING: ReadonlyMap<number, number> = new Map();
