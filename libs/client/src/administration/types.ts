import type { Role } from '#contracts';
import type { SecurityPolicy } from '#policy';
import type { Power, RevocationReason, StatementBody } from '#transparency';

import type { Said } from './said.js';

/** What somebody is to be in the ministry from now on, in the place of what was said before. */
export interface NewAssignment {
  /** Default: where the person serves now. */
  readonly postId?: string;
  /** What the person is called there; default: as before; empty: nothing. */
  readonly title?: string;
  readonly roles: readonly Role[];
  /** When the roles end, RFC 3339; default: when those held now do; null: never. */
  readonly until?: string | null;
}

/** What somebody is in the ministry now. */
export interface RoleHolder {
  readonly personId: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** When they end, RFC 3339; undefined: never. */
  readonly until: string | undefined;
  /** False for roles from before roles were signed: they are the server's word until an officer assigns them. */
  readonly signed: boolean;
}

export interface NewAppointment {
  /** No powers end the appointment. */
  readonly powers: readonly Power[];
  /** Whether the officer may appoint others, with no more than these powers; default: no. */
  readonly mayAppoint?: boolean;
  /** RFC 3339; without it the appointment has no end. */
  readonly until?: string;
}

/** What came of an act: done, or waiting for a second officer. */
export type Outcome = { readonly done: true } | { readonly done: false; readonly approval: ApprovalView };

/** An act of two officers, as this device reads it in the signed statements themselves. */
export interface ApprovalView {
  readonly id: string;
  readonly state: 'OPEN' | 'APPROVED' | 'REFUSED' | 'WITHDRAWN' | 'EXPIRED';
  /** What will hold when it is approved: one line a statement. */
  readonly words: readonly string[];
  /** The same in parts, for words of other languages. */
  readonly said: readonly Said[];
  readonly acts: readonly StatementBody[];
  /** The security policy that it puts in force, verified by its hash; undefined in lists, and for every other act. */
  readonly policy: SecurityPolicy | undefined;
  /** Whose signature the statements carry; undefined where a signature does not verify. */
  readonly proposerId: string | undefined;
  readonly proposerName: string;
  /** Proposed by oneself: somebody else has to approve it. */
  readonly own: boolean;
  /** False when the server shows something that its proposer has not signed: never approve it. */
  readonly genuine: boolean;
  readonly createdAt: string;
  readonly expiresAt: string;
  /** When and by whom it was approved, refused or withdrawn, by the server's word. */
  readonly decidedAt: string | undefined;
  readonly deciderName: string | undefined;
}

export type { Power, RevocationReason };
