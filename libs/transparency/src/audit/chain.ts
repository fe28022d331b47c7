import { equalBytes } from '#primitives/verify';

import { StatementError } from '../statements/error.js';
import { AUDIT_START, auditHash, decodeAuditEntry } from './entry.js';
import type { AuditEntry } from './entry.js';

/** The number of an entry and its hash: it stands for everything up to there. */
export interface AuditPosition {
  readonly entry: number;
  readonly hash: Uint8Array;
}

/**
 * What is wrong with a trail. `UNREADABLE`: no entry; `GAP`: entries are missing; `REORDERED`: one stands where another belongs;
 * `EDITED`: an entry is not the one that the next one was made for.
 */
export type AuditFault = 'UNREADABLE' | 'GAP' | 'REORDERED' | 'EDITED';

export class AuditError extends Error {
  constructor(
    readonly fault: AuditFault,
    /** Where the trail was found to be wrong. */
    readonly entry: number,
  ) {
    super(`the audit trail is wrong at entry ${String(entry)} (${fault})`);
    this.name = 'AuditError';
  }
}

/** Follows an audit trail entry by entry, from a place that is believed. */
export class AuditChain {
  private position: AuditPosition;

  constructor(start: AuditPosition = AUDIT_START) {
    this.position = start;
  }

  /** Where the chain has been followed to. */
  get head(): AuditPosition {
    return this.position;
  }

  /** Takes the next entry. @throws AuditError; nothing has changed then */
  follow(payload: Uint8Array): AuditEntry {
    const expected = this.position.entry + 1;
    const entry = decode(payload, expected);
    if (entry.seq !== expected) throw new AuditError(entry.seq > expected ? 'GAP' : 'REORDERED', expected);
    if (!equalBytes(entry.prev, this.position.hash)) throw new AuditError('EDITED', this.position.entry);
    this.position = { entry: entry.seq, hash: auditHash(payload) };
    return entry;
  }
}

function decode(payload: Uint8Array, place: number): AuditEntry {
  try {
    return decodeAuditEntry(payload);
  } catch (error) {
    if (error instanceof StatementError) throw new AuditError('UNREADABLE', place);
    throw error;
  }
}
