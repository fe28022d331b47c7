import { LabelUseDocument, SecurityPoliciesDocument } from '#contracts';
import { PolicyError, canonicalPolicy, impactOn, lostBy, parsePolicy, validateClearance } from '#policy';
import type { Clearance, LabelImpact, SecurityPolicy, Use } from '#policy';
import { equalBytes, fromBase64Url, sha256, toHex, utf8 } from '#primitives';

import { loadConversations } from '../conversation/record.js';
import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { signStatement } from '../statements.js';
import type { Approvals } from './approvals.js';
import type { Outcome } from './types.js';

/** What a policy would change, as far as this person may know it. */
export interface PolicyPreview {
  /** Levels and values that would be left without a meaning: the policy can't be proposed. */
  readonly lost: readonly string[];
  /** People whose clearance the policy would not know, by name. */
  readonly unclear: readonly string[];
  /** By label of documents that the person may read. */
  readonly documents: readonly LabelImpact[];
  /** By label of conversations that the person is in. */
  readonly conversations: readonly LabelImpact[];
}

/** A policy that is, or was, in force. */
export interface PolicyView {
  readonly policy: SecurityPolicy;
  /** Place of the statement in the log. */
  readonly seq: number;
  /** SHA-256, hexadecimal. */
  readonly hash: string;
  readonly inForceSince: string;
  /** Whether it is the one that the verified directory names. */
  readonly inForce: boolean;
}

const NEWEST = 20;

/** The security policy of the ministry: what is in force, what another one would change, and how it comes into force. */
export class PolicyOffice {
  constructor(
    private readonly core: Core,
    private readonly approvals: Approvals,
  ) {}

  /** The newest twenty, newest first. A text that has not the hash that stands beside it is left out. */
  async list(): Promise<PolicyView[]> {
    const { directory, session } = this.core;
    await directory.catchUp(session);
    const { securityPolicies } = await session.execute(SecurityPoliciesDocument, { first: NEWEST });
    return securityPolicies.edges.flatMap(({ node: { seq, hash, policy: text, inForceSince } }) => {
      const digest = sha256(utf8(text));
      if (!equalBytes(digest, fromBase64Url(hash))) return [];
      const inForce = directory.current.policy?.seq === seq && equalBytes(directory.current.policy.hash, digest);
      return [{ policy: parsePolicy(text), seq, hash: toHex(digest), inForceSince, inForce }];
    });
  }

  /** @throws ChanceryError POLICY_INVALID for a text that is no policy */
  async preview(text: string): Promise<PolicyPreview> {
    const next = readNext(text);
    const { directory, session, store, timer } = this.core;
    await directory.ensureFresh(session);
    const current = this.core.policy;
    const now = timer.now();
    const cleared = this.clearances(now);
    const clearances = cleared.map(({ clearance }) => ({ marked: clearance, count: 1 }));
    const records = await store.read((sql) => loadConversations(sql));
    const policies = { current, next, now };
    return {
      lost: lostBy(current, next),
      unclear: cleared.filter(({ clearance }) => isLost(clearance, current, next)).map(({ name }) => name),
      documents: impactOn(await this.documentLabels(), clearances, policies),
      conversations: impactOn(countLabels(records), clearances, policies),
    };
  }

  /** Proposes a policy to a second officer (power clear). @throws ChanceryError POLICY_INVALID, FORBIDDEN, STATEMENT_INVALID */
  async propose(text: string): Promise<Outcome> {
    const { directory, session, profile, deviceKey, timer } = this.core;
    await directory.ensureFresh(session);
    const next = readNext(text);
    const [lost] = lostBy(this.core.policy, next);
    if (lost !== undefined) throw invalid(`The policy gives no successor to ${lost}.`);
    const policy = canonicalPolicy(next);
    const body = { type: 'policy', at: timer.now().getTime(), policyHash: sha256(utf8(policy)) } as const;
    const half = signStatement(body, { kind: 'device', id: profile.deviceId }, deviceKey);
    return { done: false, approval: await this.approvals.propose([half], { policy }) };
  }

  /** Nothing for officers who have no business with documents. */
  private async documentLabels(): Promise<Use[]> {
    try {
      const { labelUse } = await this.core.session.execute(LabelUseDocument, {});
      return labelUse.map(({ label: { policy, level, categories }, documents: count }) => ({
        marked: { policy, level, categories },
        count,
      }));
    } catch (error) {
      if (hasCode(error, 'FORBIDDEN')) return [];
      throw error;
    }
  }

  private clearances(now: Date): { name: string; clearance: Clearance }[] {
    const { current } = this.core.directory;
    return [...current.persons()].flatMap(({ id, name }) => {
      const clearance = current.clearanceOf(id, now);
      return clearance ? [{ name, clearance }] : [];
    });
  }
}

function isLost(clearance: Clearance, current: SecurityPolicy, next: SecurityPolicy): boolean {
  return validateClearance(clearance, current).length === 0 && validateClearance(clearance, next).length > 0;
}

function countLabels(records: readonly { readonly label: Use['marked']; readonly labelText: string }[]): Use[] {
  const byText = new Map<string, Use>();
  for (const { label, labelText } of records) {
    byText.set(labelText, { marked: label, count: (byText.get(labelText)?.count ?? 0) + 1 });
  }
  return [...byText.values()];
}

function readNext(text: string): SecurityPolicy {
  try {
    return parsePolicy(text);
  } catch (error) {
    if (error instanceof PolicyError) throw invalid(`This is no security policy: ${error.message}.`);
    throw error;
  }
}

function invalid(message: string): ChanceryError {
  return new ChanceryError('POLICY_INVALID', message, { field: 'policy' });
}
