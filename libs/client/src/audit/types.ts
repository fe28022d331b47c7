import type { AuditKind } from '#transparency';

export type { AuditKind };

/** Which entries to list; without anything the newest. */
export interface AuditQuery {
  readonly kind?: AuditKind;
  /** Who acted. */
  readonly personId?: string;
  /** By which device. */
  readonly deviceId?: string;
  /** RFC 3339. */
  readonly since?: string;
  readonly until?: string;
  /** At most 1000; default 100. */
  readonly limit?: number;
  /** Only entries before this one. */
  readonly before?: number;
}

/** An entry of the audit trail, with the names that the verified directory has for its ids. */
export interface AuditEntryView {
  readonly seq: number;
  /** By the server's clock, RFC 3339. */
  readonly at: string;
  readonly kind: AuditKind;
  readonly operation: string;
  /** `DONE`, or the code of the refusal. */
  readonly outcome: string;
  /** How many times. */
  readonly count: number;
  readonly deviceId: string | undefined;
  readonly personId: string | undefined;
  readonly personName: string;
  /** Ids of whom and what it is about. */
  readonly about: readonly string[];
  /** Place of the signed statement in the log. */
  readonly statement: number | undefined;
  /** Whether the entry carries the signature of the acting device. */
  readonly signed: boolean;
}

/** An entry of the audit trail, by number and hash. */
export interface AuditPlace {
  readonly entry: number;
  /** base64. */
  readonly hash: string;
}

/** What a device knows of the audit trail. */
export interface AuditMemoryView {
  /** The entry of its newest login or act. */
  readonly seen: AuditPlace | undefined;
  /** What it has seen, and what the server's trail no longer holds. */
  readonly lost: readonly AuditPlace[];
}

/** A head that was stated in the log. */
export interface Sealed {
  readonly entry: number;
  /** 64 hexadecimal digits. */
  readonly hash: string;
}

/**
 * `UNREADABLE`, `GAP`, `REORDERED`, `EDITED`: the chain breaks. `TRUNCATED`: the log states a head further on than the trail goes.
 * `REPLACED`: the trail has another entry where the log states a head: rewritten, or restored from an old copy and grown anew.
 * `REPLACED` and `TRUNCATED` are also said where a device has signed to have seen another entry, or one that the trail does not reach.
 * `UNSIGNED`: an act or login whose device has not signed it. `STATEMENT_WRONG`, `STATEMENT_MISSING`: the trail does not tell of
 * the log's statements what the log holds.
 */
export type AuditProblemCode =
  | 'UNREADABLE'
  | 'GAP'
  | 'REORDERED'
  | 'EDITED'
  | 'TRUNCATED'
  | 'REPLACED'
  | 'UNSIGNED'
  | 'STATEMENT_WRONG'
  | 'STATEMENT_MISSING';

export interface AuditProblem {
  readonly code: AuditProblemCode;
  /** The entry where it shows; for `STATEMENT_MISSING` the place of the statement in the log. */
  readonly entry: number;
  readonly words: string;
}

/** What an exported audit trail and an exported log say together. */
export interface AuditReport {
  readonly ministry: string;
  readonly rootFingerprint: string;
  readonly entries: number;
  /** The newest entry that a stated head covers: later ones could still be changed by whoever holds the server. */
  readonly sealedUpTo: number;
  /** Stated heads that fit. */
  readonly heads: number;
  /** The newest entry that a device has signed to have seen, in a later one or in the export: no earlier one has been changed. */
  readonly seenUpTo: number;
  /** Signatures of devices that verify. */
  readonly signatures: number;
  readonly problems: readonly AuditProblem[];
}
