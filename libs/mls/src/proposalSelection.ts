import { toHex } from '#primitives';

import { encodeWith } from './codec.js';
import { encodePreSharedKeyId } from './preSharedKey.js';
import type { Proposal } from './proposal.js';
import type { StoredProposal } from './proposalStore.js';
import type { PskLookup } from './psk.js';
import type { RatchetTree } from './ratchetTree.js';
import type { PublicState } from './transition.js';
import type { LeafIndex } from './brand.js';

export interface Selection {
  readonly references: readonly StoredProposal[];
  readonly values: readonly Proposal[];
}

/**
 * Which received proposals a commit of `committer` takes along beside its own ones, so that the list is valid
 * (RFC 9420 section 12.2): nothing about the committer's own leaf; of several for one leaf a Remove, or else the last
 * Update; no client twice; one change of the extensions; of the pre-shared keys those whose secret is there. A received Remove
 * stands in for the same one by value. A ReInit goes alone, so it waits until there is nothing else.
 */
export function selectProposals(
  { tree }: PublicState,
  committer: LeafIndex,
  received: readonly StoredProposal[],
  values: readonly Proposal[],
  psks: PskLookup,
): Selection {
  if (received.length === 0) return { references: [], values };
  const removed = new Set(values.flatMap((proposal) => (proposal.kind === 'remove' ? [proposal.removed] : [])));
  const perLeaf = selectPerLeaf(received, committer, removed);
  const gone = new Set([...removed, ...perLeaf.keys()]);
  const taken = new Set(values.map(identifierOf));
  const rest = received.filter(({ proposal }) => {
    const identifier = identifierOf(proposal);
    if (identifier === undefined || taken.has(identifier) || addsMember(proposal, tree, gone)) return false;
    if (proposal.kind === 'psk' && psks(proposal.psk) === undefined) return false;
    taken.add(identifier);
    return true;
  });
  const references = [...perLeaf.values(), ...rest];
  if (references.length === 0 && values.length === 0) return { references: closing(received), values };
  const replaced = new Set(
    references.flatMap(({ proposal }) => (proposal.kind === 'remove' ? [proposal.removed] : [])),
  );
  return { references, values: values.filter((p) => p.kind !== 'remove' || !replaced.has(p.removed)) };
}

/** Whether an Add is for somebody who is a member and stays one. */
function addsMember(proposal: Proposal, tree: RatchetTree, gone: ReadonlySet<number>): boolean {
  if (proposal.kind !== 'add') return false;
  return tree.membersWithSignatureKey(proposal.keyPackage.leafNode.signatureKey).some((leaf) => !gone.has(leaf));
}

const closing = (received: readonly StoredProposal[]): StoredProposal[] =>
  received.filter(({ proposal }) => proposal.kind === 'reinit').slice(0, 1);

/** The Remove or the last Update for each leaf that received proposals change. */
function selectPerLeaf(
  received: readonly StoredProposal[],
  committer: LeafIndex,
  removedByValue: ReadonlySet<number>,
): Map<number, StoredProposal> {
  const perLeaf = new Map<number, StoredProposal>();
  for (const stored of received) {
    const leaf = leafChangedBy(stored);
    if (leaf === undefined || leaf === committer) continue;
    const isRemove = stored.proposal.kind === 'remove';
    const isOvertaken = !isRemove && (removedByValue.has(leaf) || perLeaf.get(leaf)?.proposal.kind === 'remove');
    if (!isOvertaken) perLeaf.set(leaf, stored);
  }
  return perLeaf;
}

function leafChangedBy({ proposal, sender }: StoredProposal): number | undefined {
  if (proposal.kind === 'remove') return proposal.removed;
  return proposal.kind === 'update' && sender.kind === 'member' ? sender.leaf : undefined;
}

/** Of the proposals that may come once only; undefined for those that are chosen by leaf or never taken along. */
function identifierOf(proposal: Proposal): string | undefined {
  if (proposal.kind === 'add') return toHex(proposal.keyPackage.leafNode.signatureKey);
  if (proposal.kind === 'groupContextExtensions') return proposal.kind;
  if (proposal.kind === 'psk') return `psk ${toHex(encodeWith(encodePreSharedKeyId, proposal.psk))}`;
  return undefined;
}
