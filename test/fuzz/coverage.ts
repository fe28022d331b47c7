const capacity = 2 ** 15;

/** The branches that the inputs of one target reached. */
export class Coverage {
  private readonly branches = new Uint8Array(capacity);
  private readonly outcomes = new Set<string>();
  private total = 0;

  /** Runs an input. @returns its outcome, and whether it reached what none before it did */
  observe(run: () => string): { outcome: string; isNew: boolean } {
    const before = this.total;
    hit = (branch) => {
      this.reach(branch);
    };
    try {
      const outcome = run();
      const isNew = !this.outcomes.has(outcome) || this.total > before;
      this.outcomes.add(outcome);
      return { outcome, isNew };
    } finally {
      hit = nothing;
    }
  }

  get reached(): number {
    return this.total;
  }

  private reach(branch: number): void {
    if (this.branches[branch] === 1) return;
    this.branches[branch] = 1;
    this.total++;
  }
}

const nothing = (): void => undefined;

/** What the instrumented modules call, while an input runs. */
let hit: (branch: number) => void = nothing;

/** Gives the instrumented modules what they call. */
export function collectCoverage(): void {
  Object.defineProperty(globalThis, '__cover', {
    value: (branch: number): void => {
      hit(branch);
    },
  });
}
