import type { EnvelopeKind } from '#contracts';

import type { HostileServer } from './hostileServer.js';

/** An envelope as the server gives it out. */
export interface GivenEnvelope {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: EnvelopeKind;
  readonly epoch: number;
  readonly payload: string;
  readonly acceptedAt: string;
}

interface Page {
  readonly envelopes: readonly GivenEnvelope[];
  readonly lastSeq: number;
}

interface Groups {
  readonly edges: readonly { readonly node: { readonly id: string; readonly lastSeq: number } }[];
}

/** The order of a conversation as one device is to see it, made of the true one; places are given anew, from the first that it sees. */
export type Retelling = (honest: readonly GivenEnvelope[]) => readonly Omit<GivenEnvelope, 'seq'>[];

/** Tells one device another history of a conversation, consistently in every answer. Returns the function that ends it. */
export function retell(hostile: HostileServer, groupId: string, deviceId: string, retelling: Retelling): () => void {
  const stopEnvelopes = hostile.lie('Envelopes', async ({ deviceId: asking, variables, ask }) => {
    if (asking !== deviceId || variables['groupId'] !== groupId) return undefined;
    const told = await tell(groupId, ask, retelling);
    const envelopes = told.filter(({ seq }) => seq > Number(variables['after']));
    return { data: { envelopes: { envelopes, lastSeq: told.at(-1)?.seq ?? 0 } } };
  });
  const stopGroups = hostile.lie('Groups', async ({ deviceId: asking, ask }) => {
    if (asking !== deviceId) return undefined;
    const { data } = await ask();
    const groups = data?.['groups'] as Groups;
    // never what the client has: so it always looks
    const edges = groups.edges.map(({ node }) => ({
      node: { ...node, lastSeq: node.id === groupId ? -1 : node.lastSeq },
    }));
    return { data: { groups: { ...groups, edges } } };
  });
  return () => {
    stopEnvelopes();
    stopGroups();
  };
}

async function tell(
  groupId: string,
  ask: (variables?: Readonly<Record<string, unknown>>) => Promise<{ data?: Record<string, unknown> | null }>,
  retelling: Retelling,
): Promise<GivenEnvelope[]> {
  const all: GivenEnvelope[] = [];
  for (let after = 0; ; after = all.at(-1)?.seq ?? 0) {
    const { data } = await ask({ groupId, after, first: 500 });
    const page = data?.['envelopes'] as Page;
    all.push(...page.envelopes);
    if (page.envelopes.length < 500) break;
  }
  const first = all[0]?.seq ?? 1;
  return retelling(all).map((envelope, index) => ({ ...envelope, seq: first + index }));
}
