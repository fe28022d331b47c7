/** Whether there is a line to the server. */
export interface Line {
  readonly isOffline: boolean;
  /** When that began, in milliseconds of the epoch. */
  readonly since: number;
}

/** A level of the policy in force, as the frame shows it. */
export interface Level {
  readonly marking: string;
  /** CSS colour `#rrggbb`. */
  readonly colour: string;
}

/** What can be found by its name without asking the server. */
export interface Findable {
  readonly conversations: readonly {
    readonly id: string;
    /** Empty until somebody has named it. */
    readonly name: string;
    readonly marking: string;
    readonly people: readonly string[];
  }[];
  readonly people: readonly { readonly id: string; readonly name: string; readonly standing: string }[];
}

/** What stands around every screen. */
export interface Frame {
  line(): Promise<Line>;
  /** Messages by others that were not shown yet. */
  unread(): Promise<number>;
  /** Messages that wait in the outbox. */
  waiting(): Promise<number>;
  /** Acts of other officers that wait for a second signature; none where the person may not see them, or the server does not answer. */
  approvals(): Promise<number>;
  /** Whether the person has a role with something to administer. */
  administers(): Promise<boolean>;
  /** The lowest first. */
  levels(): Promise<readonly Level[]>;
  findable(): Promise<Findable>;
  /** What somebody has begun to fill in and not finished; undefined where there is nothing. */
  begun(name: string): Promise<unknown>;
  /** Durable when it resolves. @param value - goes through JSON; undefined: done, or given up */
  keepBegun(name: string, value: unknown): Promise<void>;
}
