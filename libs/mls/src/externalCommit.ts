import { sameBytes } from './keySet.js';
import { identityOf } from './credential.js';
import type { UpdatePath } from './commit.js';
import type { LeafNode } from './leafNode.js';
import type { ProposalKind } from './proposal.js';
import { checkDistinctPsks, checkProposal } from './proposalList.js';
import type { AppliedProposals, ProposalRules } from './proposalList.js';
import type { SentProposal } from './proposalStore.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';

const allowed: ReadonlySet<ProposalKind> = new Set<ProposalKind>(['externalInit', 'remove', 'psk']);

/** The proposal list of an external commit (RFC 9420 section 12.2). @throws MlsError */
export function checkExternalList(list: readonly SentProposal[], rules: ProposalRules): void {
  demand(countOf(list, 'externalInit') === 1, 'valn120221');
  demand(countOf(list, 'remove') <= 1, 'valn120222');
  demand(
    list.every(({ proposal }) => allowed.has(proposal.kind)),
    'valn120223',
  );
  for (const sent of list) checkProposal(sent, rules);
  checkDistinctPsks(list);
}

const countOf = (list: readonly SentProposal[], kind: ProposalKind): number =>
  list.filter(({ proposal }) => proposal.kind === kind).length;

/** The KEM output of an external commit; undefined for a commit by a member, which never holds one. */
export function externalInitOf(list: readonly SentProposal[]): Uint8Array | undefined {
  for (const { proposal } of list) if (proposal.kind === 'externalInit') return proposal.kemOutput;
  return undefined;
}

/** The leaf that the sender of an external commit had before, if it removes one. */
export function olderLeaf(before: RatchetTree, { removed }: Pick<AppliedProposals, 'removed'>): LeafNode | undefined {
  const [old] = removed;
  return old && before.leaf(old.index);
}

/** Nobody is replaced by somebody else (RFC 9420 section 12.2). @throws MlsError valn120224 */
export function checkSameClient({ credential: old }: LeafNode, { credential }: LeafNode): void {
  demand(old.kind === credential.kind && sameBytes(identityOf(old), identityOf(credential)), 'valn120224');
}

interface ExternalTransition extends Pick<AppliedProposals, 'removed'> {
  readonly proposals: readonly SentProposal[];
  readonly path: UpdatePath | undefined;
}

/**
 * External commits are for members that lost their state, and they prove that they are the same by the signature key
 * that stood in the tree. Any other newcomer only where the application accepts it. @throws MlsError valn120423
 */
export function checkRejoin(before: RatchetTree, commit: ExternalTransition, acceptNewMembers: boolean): void {
  if (acceptNewMembers || externalInitOf(commit.proposals) === undefined) return;
  const [old, leaf] = [olderLeaf(before, commit), commit.path?.leafNode];
  demand(old !== undefined && leaf !== undefined && sameBytes(old.signatureKey, leaf.signatureKey), 'valn120423');
}
