import type { Outcome, PolicyView } from '#client';
import type { LabelImpact, PolicyFaultCode, PolicyFaultValues, SecurityPolicy } from '#policy';

/** What is wrong with a policy, and where: a path such as `levels.2.rank`. */
export interface Fault {
  readonly path: string;
  readonly code: PolicyFaultCode;
  readonly values: PolicyFaultValues;
}

/** Somebody for whom a policy changes what may be read. */
export interface ReaderChange {
  readonly personId: string;
  readonly name: string;
  readonly postName: string;
  /** Papers and conversations, as far as the one who asks knows of them. */
  readonly gainedPapers: number;
  readonly lostPapers: number;
  readonly gainedConversations: number;
  readonly lostConversations: number;
  /** The policy would not know the clearance. */
  readonly isUnclear: boolean;
}

export interface Consequences {
  /** Levels and values that would be left without a meaning: the policy can't be proposed. */
  readonly lost: readonly string[];
  readonly people: readonly ReaderChange[];
  readonly documents: readonly LabelImpact[];
  readonly conversations: readonly LabelImpact[];
}

/** The security policy: what is in force, and what another one would change. */
export interface Policies {
  inForce(): Promise<SecurityPolicy>;
  /** Those that are, or were, in force, newest first. */
  history(): Promise<readonly PolicyView[]>;
  presets(): Promise<readonly SecurityPolicy[]>;
  /** Undefined for a policy that can be read. */
  check(policy: SecurityPolicy): Promise<Fault | undefined>;
  /** Troubles: POLICY_INVALID. */
  preview(policy: SecurityPolicy): Promise<Consequences>;
  propose(policy: SecurityPolicy): Promise<Outcome>;
}
