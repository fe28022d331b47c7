import type { Role } from '#contracts';
import type { Clearance } from '#policy';

export interface InviteOptions {
  readonly personName: string;
  readonly postId: string;
  /** What the person is called there, such as "Counsellor": 1 to 200 printable characters. */
  readonly title?: string;
  readonly clearance: Clearance;
  /** Default: MEMBER. */
  readonly roles?: readonly Role[];
  /** Default: a new UUIDv7. */
  readonly personId?: string;
  /** Hours until the link ends; default 72. */
  readonly validHours?: number;
}

export interface Invited {
  readonly invitationId: string;
  readonly personId: string;
  /** The one-time enrolment link; whoever holds it can enrol in this person's name. */
  readonly link: string;
  readonly expiresAt: string;
}

/** An invitation whose link has been used and that waits for an officer. */
export interface ClaimView {
  readonly invitationId: string;
  readonly personId: string;
  readonly personName: string;
  readonly postName: string;
  /** As this vault promised it; undefined where nothing was said. */
  readonly title: string | undefined;
  readonly deviceName: string;
  /** What will be signed: as this vault issued it; undefined where another did. */
  readonly clearance: Clearance | undefined;
  readonly roles: readonly Role[];
  readonly claimedAt: string;
  /**
   * `genuine`: made by the holder of the link that this vault issued; `forged`: not made by that holder;
   * `foreign`: the link was issued from another vault, which alone can complete it.
   */
  readonly proof: 'genuine' | 'forged' | 'foreign';
}

export interface Completed {
  readonly invitationId: string;
  readonly personId: string;
  readonly personName: string;
  /** Given by the same act; none where this officer lacks the power assign. */
  readonly roles: readonly Role[];
}
