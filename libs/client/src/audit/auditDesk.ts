import { AuditEntriesDocument, PublishStatementsDocument } from '#contracts';
import type { AuditEntriesQuery, AuditFilter, AuditSeen } from '#contracts';
import { equalBytes, fromBase64, toBase64, toHex } from '#primitives';
import { AuditChain, AuditError, decodeAuditEntry, StatementError } from '#transparency';
import type { AuditEntry, AuditPosition, Directory } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { signStatement } from '../statements.js';
import { auditExportHeader, auditExportLine } from './export.js';
import type { AuditEntryView, AuditMemoryView, AuditQuery, Sealed } from './types.js';

const PAGE = 1000;
const DAY_MS = 86_400_000;

type Page = AuditEntriesQuery['auditEntries'];

/** The audit trail of the server, for those who may read it; witnesses also state its heads in the log. */
export class AuditDesk {
  /** A witness who is no auditor asks once. */
  private mayNotRead = false;

  constructor(private readonly core: Core) {}

  /**
   * The newest entry that this device has done something by, and those that it has seen and the server's trail no longer holds: give
   * them to whoever verifies an export. Reads the vault only.
   */
  async memory(): Promise<AuditMemoryView> {
    const { auditMemory } = this.core;
    const seen = await auditMemory.newest();
    return { seen, lost: await auditMemory.lost() };
  }

  /** Forgets what was lost, after the person has told the auditor. */
  dismissLosses(): Promise<void> {
    return this.core.auditMemory.dismiss();
  }

  /** Entries, newest first. @throws ChanceryError FORBIDDEN */
  async list({ limit = 100, before, ...wanted }: AuditQuery = {}): Promise<AuditEntryView[]> {
    const filter = { ...wanted, kind: wanted.kind?.toUpperCase() } as AuditFilter;
    const { auditEntries } = await this.core.session.execute(AuditEntriesDocument, { first: limit, before, filter });
    const { current } = this.core.directory;
    return auditEntries.entries.map(({ payload }) => viewOf(read(fromBase64(payload)), current));
  }

  /** The whole trail as the server gives it, as lines of text for `verifyAudit`: a broken one too. @throws ChanceryError FORBIDDEN */
  async *export(): AsyncGenerator<string> {
    const { auditMemory, directory } = this.core;
    const seen = await auditMemory.known();
    yield auditExportHeader({ statements: directory.current.head, seen });
    let after = 0;
    for (;;) {
      const { entries } = await this.fetch(after);
      const last = entries.at(-1);
      if (!last || last.seq <= after) return;
      yield* entries.map(({ payload }) => auditExportLine(fromBase64(payload)));
      after = last.seq;
    }
  }

  /**
   * Follows the trail from the head that the log states to its end, and states the new head there (power witness).
   * @throws ChanceryError AUDIT_BROKEN when it does not continue what was stated; nothing is signed then
   */
  async seal(): Promise<Sealed> {
    const { directory, session, profile, deviceKey, timer } = this.core;
    await directory.catchUp(session);
    const { entry, hash } = await this.followToEnd();
    const body = { type: 'auditHead', at: timer.now().getTime(), entry, hash } as const;
    const statement = signStatement(body, { kind: 'device', id: profile.deviceId }, deviceKey);
    await session.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
    await directory.catchUp(session);
    return { entry, hash: toHex(hash) };
  }

  /** States the head when that was last done more than a day ago and this person is a witness who may read the trail. */
  async sealIfDue(): Promise<void> {
    if (this.mayNotRead || !this.isDue()) return;
    try {
      await this.seal();
    } catch (error) {
      if (!hasCode(error, 'AUDIT_BROKEN', 'FORBIDDEN', 'STATEMENT_INVALID')) throw error;
      this.mayNotRead = error.code === 'FORBIDDEN';
      // another witness was quicker, or this one is no auditor
      if (error.code !== 'AUDIT_BROKEN') return;
      const { code, message } = error;
      this.core.emit({ type: 'problem', conversationId: undefined, problem: { code, message } });
    }
  }

  private isDue(): boolean {
    const { directory, profile, timer } = this.core;
    const now = timer.now();
    const { current } = directory;
    const last = current.auditHead?.at ?? current.ministry?.at ?? now.getTime();
    return now.getTime() - last > DAY_MS && current.powersOf(profile.personId, now).has('witness');
  }

  /** From the head that the log states, page by page, as far as the trail goes. */
  private async followToEnd(): Promise<AuditPosition> {
    const seen = await this.core.auditMemory.seen();
    const chain = new AuditChain(this.core.directory.current.auditHead);
    for (;;) {
      const { entries, head } = await this.fetch(chain.head.entry);
      takeAll(
        entries.map(({ payload }) => fromBase64(payload)),
        chain,
        seen,
      );
      if (entries.length > 0) continue;
      requireSameEnd(chain.head, head);
      if (seen && seen.entry > chain.head.entry) throw broken('is shorter than this device has seen it');
      return chain.head;
    }
  }

  private async fetch(after: number): Promise<Page> {
    return (await this.core.session.execute(AuditEntriesDocument, { after, first: PAGE })).auditEntries;
  }
}

function takeAll(payloads: readonly Uint8Array[], chain: AuditChain, seen: AuditSeen | undefined): void {
  try {
    for (const payload of payloads) {
      chain.follow(payload);
      if (seen?.entry === chain.head.entry && !equalBytes(seen.hash, chain.head.hash))
        throw broken('is another one than this device has seen');
    }
  } catch (error) {
    if (error instanceof AuditError) throw broken(`is wrong at entry ${String(error.entry)} (${error.fault})`);
    throw error;
  }
}

/** Where nothing more comes, the server's own head has to be the one that was reached. */
function requireSameEnd(reached: AuditPosition, { entry, hash }: Page['head']): void {
  if (entry < reached.entry) throw broken('is shorter than the log states');
  if (entry === reached.entry && !equalBytes(fromBase64(hash), reached.hash))
    throw broken('is another one than the log states');
}

function read(payload: Uint8Array): AuditEntry {
  try {
    return decodeAuditEntry(payload);
  } catch (error) {
    if (error instanceof StatementError) throw broken('holds what is no entry');
    throw error;
  }
}

function broken(what: string): ChanceryError {
  return new ChanceryError('AUDIT_BROKEN', `The server's audit trail ${what}.`);
}

function viewOf(entry: AuditEntry, directory: Directory): AuditEntryView {
  const { seq, at, kind, operation, outcome, count, device, person, about, statement, signed } = entry;
  return {
    seq,
    at: new Date(at).toISOString(),
    kind,
    operation,
    outcome,
    count: count ?? 1,
    deviceId: device,
    personId: person,
    personName: (person === undefined ? undefined : directory.person(person)?.name) ?? '',
    about: about ?? [],
    statement: statement?.seq,
    signed: signed !== undefined || statement !== undefined,
  };
}
