import { isMembershipChange } from '#contracts';
import { MlsError } from '#mls';
import type { ReceivedProposal } from '#mls';

import type { Core } from '../core.js';
import { coveringCampaigns, mayBeOverdue } from '../rotation/campaigns.js';
import { leafChange } from '../rotation/leafChanges.js';
import { deviceIdOf, objectionTo } from './admission.js';
import type { PresentedLeaf } from './admission.js';
import type { Envelope } from './envelope.js';
import type { Draft } from './groups.js';
import { notice } from './notices.js';
import { nameOfLeaf } from './people.js';

/** `unknown`: judge again with a newer directory. */
export type JudgedProposal = 'received' | 'unknown';

/**
 * Keeps a proposal for the commit that will refer to it. What this device will not stand for is set aside: it is not committed here,
 * and said in the conversation; what the server proposes without a reason in the directory also alarms.
 */
export async function receiveProposal(
  core: Core,
  draft: Draft,
  envelope: Envelope,
  directoryIsNew: boolean,
): Promise<JudgedProposal> {
  const proposal = await read(core, draft, envelope);
  if (!proposal) return 'received';
  const reason = await reasonToRefuse(core, draft, proposal);
  if (reason === undefined) draft.record.proposals += 1;
  else if (isByServer(proposal) && !directoryIsNew) {
    draft.group.dropProposal(proposal.ref);
    return 'unknown';
  } else {
    draft.group.setAside(proposal.ref);
    const text = `A proposal at place ${String(envelope.seq)} was not taken: ${reason}.`;
    await notice(core, draft, envelope, 'COMMIT_INVALID', text, { what: 'proposal', place: envelope.seq });
  }
  return 'received';
}

async function read(core: Core, draft: Draft, envelope: Envelope): Promise<ReceivedProposal | undefined> {
  try {
    return draft.group.receiveProposal(envelope.payload, { now: Date.parse(envelope.acceptedAt) });
  } catch (error) {
    if (!(error instanceof MlsError)) throw error;
    const text = `A proposal at place ${String(envelope.seq)} was not taken (${error.code}).`;
    await notice(core, draft, envelope, 'COMMIT_INVALID', text, { what: 'proposal', place: envelope.seq });
    return undefined;
  }
}

const isByServer = ({ proposedBy }: ReceivedProposal): boolean => proposedBy.kind === 'external';

/** Whether a member may have held a campaign back beyond its deadline. */
async function isLate(
  { directory, timer }: Core,
  { sql, group, record }: Draft,
  leaf: PresentedLeaf,
): Promise<boolean> {
  const campaigns = coveringCampaigns(directory.current, record.label, group.members);
  const change = await leafChange(sql, record.id, deviceIdOf(leaf.identity) ?? '');
  return mayBeOverdue(change?.at, campaigns, timer.now(), group.cipherSuite);
}

/** Members change the membership only; the server asks for removals only, and only of devices that may not be members. */
async function reasonToRefuse(core: Core, draft: Draft, received: ReceivedProposal): Promise<string | undefined> {
  const { group, record } = draft;
  const { kind, proposal } = received;
  if (!isMembershipChange(kind)) return 'it would change more than the membership';
  if (!isByServer(received)) return undefined;
  if (proposal.kind !== 'remove') return 'the server may ask for removals only';
  const leaf = group.members.find(({ leafIndex }) => leafIndex === proposal.removed);
  if (!leaf) return 'nobody is there to be removed';
  const { directory, policy, timer } = core;
  const isUnfit =
    objectionTo(leaf, record.label, directory.current, policy, timer.now()) ?? (await isLate(core, draft, leaf));
  if (isUnfit) return undefined;
  return `the server asks to remove ${nameOfLeaf(leaf, directory.current)}, and the directory knows no reason`;
}
