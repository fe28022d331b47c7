import type { Client, Outcome, PolicyView } from '#client';
import { canonicalPolicy, canRead, parsePolicy, PolicyError, policyPresets } from '#policy';
import type { LabelImpact, SecurityPolicy } from '#policy';

import type { Consequences, Fault, Policies, ReaderChange } from './protocol.js';

export class PoliciesDesk implements Policies {
  constructor(private readonly client: () => Client) {}

  inForce(): Promise<SecurityPolicy> {
    return this.client().policy();
  }

  history(): Promise<readonly PolicyView[]> {
    return this.client().administration.policies.list();
  }

  presets(): Promise<readonly SecurityPolicy[]> {
    return Promise.resolve([...policyPresets.values()]);
  }

  check(policy: SecurityPolicy): Promise<Fault | undefined> {
    try {
      parsePolicy(canonicalPolicy(policy));
      return Promise.resolve(undefined);
    } catch (error) {
      if (!(error instanceof PolicyError)) throw error;
      const { code, values } = error.fault;
      return Promise.resolve({ path: error.path, code, values });
    }
  }

  async preview(next: SecurityPolicy): Promise<Consequences> {
    const client = this.client();
    const { lost, unclear, documents, conversations } = await client.administration.policies.preview(
      canonicalPolicy(next),
    );
    const current = await client.policy();
    const now = new Date();
    const people = (await client.people()).flatMap(({ id: personId, name, postName, clearance, revoked }) => {
      if (!clearance || revoked) return [];
      const [gainedPapers, lostPapers] = changeFor(clearance, documents, { current, next, now });
      const [gainedConversations, lostConversations] = changeFor(clearance, conversations, { current, next, now });
      const isUnclear = unclear.includes(name);
      const change = { personId, name, postName, gainedPapers, lostPapers, gainedConversations, lostConversations };
      return isTouched(change) || isUnclear ? [{ ...change, isUnclear }] : [];
    });
    return { lost, people, documents, conversations };
  }

  propose(policy: SecurityPolicy): Promise<Outcome> {
    return this.client().administration.policies.propose(canonicalPolicy(policy));
  }
}

interface Change {
  readonly current: SecurityPolicy;
  readonly next: SecurityPolicy;
  readonly now: Date;
}

function changeFor(
  clearance: Parameters<typeof canRead>[0],
  impacts: readonly LabelImpact[],
  { current, next, now }: Change,
): [gained: number, lost: number] {
  let [gained, lost] = [0, 0];
  for (const { label, count } of impacts) {
    const [before, after] = [canRead(clearance, label, current, now), canRead(clearance, label, next, now)];
    if (after && !before) gained += count;
    if (before && !after) lost += count;
  }
  return [gained, lost];
}

function isTouched(change: Omit<ReaderChange, 'isUnclear'>): boolean {
  const { gainedPapers, lostPapers, gainedConversations, lostConversations } = change;
  return gainedPapers + lostPapers + gainedConversations + lostConversations > 0;
}
