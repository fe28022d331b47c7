import type { LeafIndex } from './brand.js';
import { MlsError } from './errors.js';
import type { LifetimePolicy } from './lifetime.js';
import type { Selection } from './proposalSelection.js';
import type { SentProposal, StoredProposal } from './proposalStore.js';
import { finishTransition, propose } from './transition.js';
import type { PublicState } from './transition.js';

/**
 * Leaves out received proposals that are right by themselves and yet no member could commit, such as an Add of somebody
 * who does not support what the group requires: nobody can keep a group from committing by proposing them. Removes are
 * always possible. Only if all together fail, they are tried one after the other.
 */
export function committable(
  state: PublicState,
  committer: LeafIndex,
  { references, values }: Selection,
  lifetimes: LifetimePolicy,
): Selection {
  const sender = { kind: 'member', leaf: committer } as const;
  const byValue = values.map((proposal): SentProposal => ({ proposal, sender, ref: undefined }));
  const isPossible = (some: readonly StoredProposal[]): boolean =>
    succeeds(() => finishTransition(state, propose(state, committer, [...some, ...byValue], lifetimes), undefined, []));
  if (references.length === 0 || isPossible(references)) return { references, values };
  const kept: StoredProposal[] = [];
  for (const candidate of references) {
    if (candidate.proposal.kind === 'remove' || isPossible([...kept, candidate])) kept.push(candidate);
  }
  return { references: kept, values };
}

function succeeds(action: () => unknown): boolean {
  try {
    action();
    return true;
  } catch (error) {
    if (error instanceof MlsError) return false;
    throw error;
  }
}
