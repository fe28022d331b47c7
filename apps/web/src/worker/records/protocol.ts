import type {
  AuditEntryView,
  AuditMemoryView,
  AuditQuery,
  AuditReport,
  CosignerView,
  LogEntryView,
  LogProof,
  LogQuery,
  LogReport,
  LogView,
  Sealed,
} from '#client';

export interface LogState extends LogView {
  readonly cosigners: readonly CosignerView[];
  /** Fingerprint of the ministry's root, four hexadecimal digits each. */
  readonly rootGroups: readonly string[];
}

/** What is written down for good: the transparency log, and the server's audit trail. */
export interface Records {
  log(): Promise<LogState>;
  entries(query: LogQuery): Promise<readonly LogEntryView[]>;
  /** The server proves it, this browser checks. Troubles: LOG_FORKED. */
  proveInclusion(seq: number): Promise<LogProof>;
  proveConsistency(): Promise<LogProof>;
  /** Replays the whole log in this browser. Troubles: STATEMENT_INVALID, ROOT_MISMATCH, LOG_UNSIGNED, LOG_FORKED. */
  verifyLog(): Promise<LogReport>;
  exportLog(): Promise<string>;
  dismissAlarm(alarm: number): Promise<void>;

  /** Newest first. Troubles: FORBIDDEN. */
  audit(query: AuditQuery): Promise<readonly AuditEntryView[]>;
  auditMemory(): Promise<AuditMemoryView>;
  dismissLosses(): Promise<void>;
  /** Fetches trail and log, and judges one by the other here. */
  verifyAudit(): Promise<AuditReport>;
  exportAudit(): Promise<Blob>;
  seal(): Promise<Sealed>;
}
