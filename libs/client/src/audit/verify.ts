import { equalBytes } from '#primitives';
import { AuditChain, AuditError, decodeStatement, Directory, statementId } from '#transparency';
import type { AuditEntry, AuditPosition } from '#transparency';

import { decodeExport, verifyExport } from '../directory/export.js';
import { decodeAuditExport } from './export.js';
import { isSigned, needsSignature } from './signatures.js';
import type { AuditProblem, AuditReport } from './types.js';

const FAULT_WORDS = {
  UNREADABLE: 'is no entry',
  GAP: 'is missing, or entries before it are',
  REORDERED: 'stands where another entry belongs',
  EDITED: 'is not the entry that the next one was made for',
} as const;

export interface AuditVerifyOptions {
  /** base64url, as a device has pinned it. */
  readonly rootFingerprint?: string;
  readonly now: Date;
}

/**
 * Judges an exported audit trail by an exported log, offline: the chain of hashes, the heads that officers have stated in the log, the
 * signatures of the devices, and that every statement is told of. Needs `ready()` of `#primitives`.
 * @throws ChanceryError for a log that does not verify by itself, see `verifyExport`; BAD_INPUT for what is no export
 */
export function verifyAudit(auditText: string, logText: string, options: AuditVerifyOptions): AuditReport {
  const { ministry, rootFingerprint } = verifyExport(logText, options);
  const verifier = new AuditVerifier(decodeExport(logText).statements);
  return { ministry, rootFingerprint, ...verifier.judge(decodeAuditExport(auditText)) };
}

/** Holds one trail against one log, whose statements have been verified. */
class AuditVerifier {
  private readonly problems: AuditProblem[] = [];
  private readonly directory = Directory.empty();
  private readonly heads: AuditPosition[] = [];
  private readonly told = new Set<number>();
  private fitting = 0;
  private signatures = 0;

  constructor(private readonly statements: readonly Uint8Array[]) {
    for (const [index, statement] of statements.entries()) {
      const { body } = this.directory.apply(statement, index + 1);
      if (body.type === 'auditHead') this.heads.push({ entry: body.entry, hash: body.hash });
    }
  }

  judge(payloads: readonly Uint8Array[]): Omit<AuditReport, 'ministry' | 'rootFingerprint'> {
    const chain = new AuditChain();
    const heads = new Map(this.heads.map(({ entry, hash }) => [entry, hash]));
    this.attempt(() => {
      for (const payload of payloads) {
        const entry = chain.follow(payload);
        const stated = heads.get(entry.seq);
        if (stated) this.compare(chain.head, stated);
        this.judgeEntry(entry);
      }
    });
    const { entry: followed } = chain.head;
    const beyond = this.heads.find(({ entry }) => entry > payloads.length);
    if (beyond) this.object('TRUNCATED', beyond.entry, `has a head in the log, but the trail ends before it`);
    this.requireAllTold();
    const sealedUpTo = Math.max(0, ...this.heads.map(({ entry }) => entry).filter((entry) => entry <= followed));
    const { fitting: fits, signatures, problems } = this;
    return { entries: payloads.length, sealedUpTo, heads: fits, signatures, problems };
  }

  private attempt(follow: () => void): void {
    try {
      follow();
    } catch (error) {
      if (!(error instanceof AuditError)) throw error;
      this.object(error.fault, error.entry, FAULT_WORDS[error.fault]);
    }
  }

  private compare({ entry, hash }: AuditPosition, stated: Uint8Array): void {
    if (equalBytes(hash, stated)) this.fitting += 1;
    else this.object('REPLACED', entry, 'is another one than the log states: rewritten, or restored from an old copy');
  }

  private judgeEntry(entry: AuditEntry): void {
    if (needsSignature(entry)) {
      if (isSigned(entry, this.directory)) this.signatures += 1;
      else this.object('UNSIGNED', entry.seq, `(${entry.operation}) was not signed by the device that it names`);
    }
    if (entry.kind === 'statement') this.judgeStatement(entry);
  }

  private judgeStatement({ seq, operation, statement }: AuditEntry): void {
    const payload = statement && this.statements[statement.seq - 1];
    // a log that was exported earlier knows nothing of it
    if (statement && statement.seq > this.statements.length) return;
    const same = payload && equalBytes(statementId(payload), statement.id);
    if (statement && same && decodeStatement(payload).body.type === operation) this.told.add(statement.seq);
    else this.object('STATEMENT_WRONG', seq, 'names a statement that the log does not have there');
  }

  /** Ministries that are older than the audit trail have statements before its beginning. */
  private requireAllTold(): void {
    const places = [...this.told].toSorted((a, b) => a - b);
    const [first = 0, last = 0] = [places[0], places.at(-1)];
    for (let seq = first; seq < last; seq++) {
      if (!this.told.has(seq)) this.object('STATEMENT_MISSING', seq, 'of the log is not told of');
    }
  }

  private object(code: AuditProblem['code'], entry: number, words: string): void {
    const what = code === 'STATEMENT_MISSING' ? 'Statement' : 'Entry';
    this.problems.push({ code, entry, words: `${what} ${String(entry)} ${words}.` });
  }
}
