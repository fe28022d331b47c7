import type {
  CampaignDayView,
  CampaignHolderView,
  CampaignView,
  EvacuationKind,
  EvacuationView,
  NewCampaign,
  Outcome,
  RevocationReason,
  ServerKeyView,
  VerifiedEvacuation,
} from '#client';

export interface CampaignFile extends CampaignView {
  readonly heldBackBy: readonly CampaignHolderView[];
  /** Its way so far, oldest first. */
  readonly days: readonly CampaignDayView[];
}

/** A device that was revoked, and how far its removal has come. */
export interface RevokedDevice {
  readonly id: string;
  readonly name: string;
  readonly personId: string;
  readonly personName: string;
  readonly revokedAt: string;
  readonly reason: string;
  /** Place of the statement in the log. */
  readonly statement: number;
  /** Conversations that it is still in, and those that it is out of. */
  readonly present: number;
  readonly left: number;
}

/** How keys change: campaigns, revocations, evacuations, the server's own keys. */
export interface Keys {
  campaigns(): Promise<readonly CampaignView[]>;
  campaign(id: string): Promise<CampaignFile>;
  start(campaign: NewCampaign): Promise<CampaignView>;
  end(id: string): Promise<void>;
  /** Troubles: RATE_LIMITED within an hour of the reminder before. */
  remind(id: string): Promise<void>;

  /** Newest first. */
  revocations(): Promise<readonly RevokedDevice[]>;

  evacuation(postId: string): Promise<EvacuationView>;
  evacuate(postId: string, reason: RevocationReason): Promise<Outcome>;
  /** Signed text, for a file. */
  evacuationReport(postId: string, kind: EvacuationKind): Promise<string>;
  /** Troubles: BAD_INPUT, REPORT_INVALID, STATEMENT_INVALID, LOG_UNSIGNED, LOG_FORKED. */
  verifyReport(file: Blob): Promise<VerifiedReportView>;

  serverKeys(): Promise<readonly ServerKeyView[]>;
  adoptServerKeys(): Promise<readonly ServerKeyView[]>;
  rotateServerKey(purpose: ServerKeyView['purpose']): Promise<void>;
}

export interface VerifiedReportView extends VerifiedEvacuation {
  /** Whether the log in it begins with the root that this browser has pinned. */
  readonly isOwnMinistry: boolean;
}
