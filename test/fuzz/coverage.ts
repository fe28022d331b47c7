const capacity = 2 ** 15;

/** The branches that the inputs of one target reached. */
export class Coverage {
  private readonly branches = new Uint8Array(capacity);
  private readonly outcomes = new Set<string>();
  private fresh = 0;
  private total = 0;

  /** Runs an input. @returns its outcome, and whether it reached what none before it did */
  observe(run: () => string): { outcome: string; isNew: boolean } {
    const { fresh } = this;
    current = this;
    const outcome = run();
    const isNewOutcome = !this.outcomes.has(outcome);
    this.outcomes.add(outcome);
    return { outcome, isNew: isNewOutcome || this.fresh > fresh };
  }

  get reached(): number {
    return this.total;
  }

  hit(branch: number): void {
    if (this.branches[branch] === 1) return;
    this.branches[branch] = 1;
    this.fresh++;
    this.total++;
  }
}

let current: Coverage | undefined;

/** Gives the instrumented modules what they call. */
export function collectCoverage(): void {
  Object.defineProperty(globalThis, '__cover', {
    value: (branch: number): void => {
      current?.hit(branch);
    },
  });
}
