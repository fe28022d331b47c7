import { equalBytes, fromBase64 } from '#primitives';
import { AuditChain, AuditError, decodeStatement, Directory, statementId } from '#transparency';
import type { AuditEntry, AuditPosition } from '#transparency';

import { decodeExport, verifyExport } from '../directory/export.js';
import { decodeAuditExport } from './export.js';
import type { AuditExport } from './export.js';
import { needsSignature, signedEntry } from './signatures.js';
import type { AuditPlace, AuditProblem, AuditReport } from './types.js';

const FAULT_WORDS = {
  UNREADABLE: 'is no entry',
  GAP: 'is missing, or entries before it are',
  REORDERED: 'stands where another entry belongs',
  EDITED: 'is not the entry that the next one was made for',
} as const;

export interface AuditVerifyOptions {
  /** base64url, as a device has pinned it. */
  readonly rootFingerprint?: string;
  /** Entries that devices have seen, as they tell (`AuditDesk.memory`): the trail has to hold them. */
  readonly seen?: readonly AuditPlace[];
  readonly now: Date;
}

/**
 * Judges an exported audit trail by an exported log, offline: the chain of hashes, the heads that officers have stated in the log, what
 * devices have signed to have seen of it, their signatures, and that every statement is told of. Needs `ready()` of `#primitives`.
 * @throws ChanceryError for a log that does not verify by itself, see `verifyExport`; BAD_INPUT for what is no export
 */
export function verifyAudit(auditText: string, logText: string, options: AuditVerifyOptions): AuditReport {
  const { ministry, rootFingerprint } = verifyExport(logText, options);
  const verifier = new AuditVerifier(decodeExport(logText).statements);
  return { ministry, rootFingerprint, ...verifier.judge(decodeAuditExport(auditText), options.seen ?? []) };
}

/** Holds one trail against one log, whose statements have been verified. */
class AuditVerifier {
  private readonly problems: AuditProblem[] = [];
  private readonly directory = Directory.empty();
  private readonly heads: AuditPosition[] = [];
  private readonly told = new Set<number>();
  /** Hashes of the entries that were followed, from the first. */
  private readonly hashes: Uint8Array[] = [];
  private fitting = 0;
  private signatures = 0;
  private seenUpTo = 0;

  constructor(private readonly statements: readonly Uint8Array[]) {
    for (const [index, statement] of statements.entries()) {
      const { body } = this.directory.apply(statement, index + 1);
      if (body.type === 'auditHead') this.heads.push({ entry: body.entry, hash: body.hash });
    }
  }

  judge(
    { entries, header }: AuditExport,
    seen: readonly AuditPlace[],
  ): Omit<AuditReport, 'ministry' | 'rootFingerprint'> {
    const chain = new AuditChain();
    const heads = new Map(this.heads.map(({ entry, hash }) => [entry, hash]));
    this.attempt(() => {
      for (const payload of entries) {
        const entry = chain.follow(payload);
        const stated = heads.get(entry.seq);
        if (stated) this.compare(chain.head, stated);
        this.judgeEntry(entry);
        this.hashes.push(chain.head.hash);
      }
    });
    const beyond = this.heads.find(({ entry }) => entry > entries.length);
    if (beyond) this.object('TRUNCATED', beyond.entry, `has a head in the log, but the trail ends before it`);
    for (const { entry, hash } of [...header.seen, ...seen]) this.requireSeen({ entry, hash: fromBase64(hash) });
    this.requireAllTold(header.statements);
    const followed = this.hashes.length;
    const sealedUpTo = Math.max(0, ...this.heads.map(({ entry }) => entry).filter((entry) => entry <= followed));
    const { fitting: fits, signatures, seenUpTo, problems } = this;
    return { entries: entries.length, sealedUpTo, heads: fits, seenUpTo, signatures, problems };
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
    if (needsSignature(entry)) this.judgeSigned(entry);
    if (entry.kind === 'statement') this.judgeStatement(entry);
  }

  private judgeSigned(entry: AuditEntry): void {
    const signed = signedEntry(entry, this.directory);
    if (!signed) {
      this.object('UNSIGNED', entry.seq, `(${entry.operation}) was not signed by the device that it names`);
      return;
    }
    this.signatures += 1;
    if (signed.seen) this.requireSeen(signed.seen);
  }

  /** What a device has seen stands before this place of the trail, unless the trail was cut, or made anew, in between. */
  private requireSeen({ entry, hash }: AuditPosition): void {
    const here = this.hashes[entry - 1];
    if (!here) this.object('TRUNCATED', entry, 'was seen by a device, but the trail did not reach it then');
    else if (equalBytes(here, hash)) this.seenUpTo = Math.max(this.seenUpTo, entry);
    else
      this.object('REPLACED', entry, 'is another one than a device has seen: rewritten, or restored from an old copy');
  }

  private judgeStatement({ seq, operation, statement }: AuditEntry): void {
    const payload = statement && this.statements[statement.seq - 1];
    // a log that was exported earlier knows nothing of it
    if (statement && statement.seq > this.statements.length) return;
    const same = payload && equalBytes(statementId(payload), statement.id);
    if (statement && same && decodeStatement(payload).body.type === operation) this.told.add(statement.seq);
    else this.object('STATEMENT_WRONG', seq, 'names a statement that the log does not have there');
  }

  /**
   * From the first that is told of (ministries that are older than the trail have statements before its beginning) to the last one that
   * is told of, or that the exporting device knew of.
   */
  private requireAllTold(known: number): void {
    const places = [...this.told].toSorted((a, b) => a - b);
    const end = Math.max(places.at(-1) ?? 0, Math.min(known, this.statements.length));
    for (let seq = places[0] ?? Infinity; seq <= end; seq++) {
      if (!this.told.has(seq)) this.object('STATEMENT_MISSING', seq, 'of the log is not told of');
    }
  }

  private object(code: AuditProblem['code'], entry: number, words: string): void {
    const what = code === 'STATEMENT_MISSING' ? 'Statement' : 'Entry';
    this.problems.push({ code, entry, words: `${what} ${String(entry)} ${words}.` });
  }
}
