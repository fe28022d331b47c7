/** What the inputs of one target did. */
export interface TargetReport {
  readonly target: string;
  readonly inputs: number;
  readonly accepted: number;
  /** Different outcomes: typed errors, by rule. */
  readonly outcomes: number;
  /** Branches of `libs/mls` that were reached. */
  readonly branches: number;
  /** Inputs that reached something new and were mutated further. */
  readonly kept: number;
  readonly seconds: number;
  readonly slowestMs: number;
  readonly mostKiB: number;
}

export class Tally {
  inputs = 0;
  seconds = 0;
  private accepted = 0;
  private kept = 0;
  private slowestMs = 0;
  private mostBytes = 0;
  private readonly outcomes = new Set<string>();

  constructor(private readonly target: string) {}

  count(outcome: string, isNew: boolean): void {
    this.inputs++;
    this.outcomes.add(outcome);
    if (outcome.includes('accepted')) this.accepted++;
    if (isNew) this.kept++;
  }

  spent({ ms, bytes }: { readonly ms: number; readonly bytes: number }): void {
    this.slowestMs = Math.max(this.slowestMs, ms);
    this.mostBytes = Math.max(this.mostBytes, bytes);
  }

  report(branches: number): TargetReport {
    const { target, inputs, accepted, kept, seconds, slowestMs } = this;
    const mostKiB = Math.round(this.mostBytes / 1024);
    return { target, inputs, accepted, outcomes: this.outcomes.size, branches, kept, seconds, slowestMs, mostKiB };
  }
}
