import { createSigner, randomBytes } from '#primitives';
import type { Signer } from '#primitives';

import { createOwnPath } from '../../../libs/mls/src/commitCreation.js';
import type { ProposalOrRef, UpdatePath } from '../../../libs/mls/src/commit.js';
import { createEpoch } from '../../../libs/mls/src/joining.js';
import type { KeyPackage } from '../../../libs/mls/src/keyPackage.js';
import type { LeafNodeContent } from '../../../libs/mls/src/leafNode.js';
import type { PreSharedKeyId } from '../../../libs/mls/src/preSharedKey.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { proposeExternally } from '../../../libs/mls/src/transition.js';
import type { Device } from './device.js';
import { forgeWelcome } from './forgedSecrets.js';
import type { WelcomeFaults } from './forgedSecrets.js';
import type { Forger } from './forger.js';

export const externalInit = (length = 32): Proposal => ({ kind: 'externalInit', kemOutput: randomBytes(length) });

export interface ExternalFaults {
  /** What the path is made for: by default an ExternalInit and the Remove of the forger's own leaf. */
  readonly proposals?: readonly Proposal[];
  /** What the commit says instead. */
  readonly listed?: readonly ProposalOrRef[];
  readonly leaf?: Partial<LeafNodeContent>;
  /** Changes a path that is right so far. */
  readonly path?: (path: UpdatePath) => UpdatePath | undefined;
  /** Owns the key of the new leaf. */
  readonly signer?: Signer;
  readonly messageSigner?: Signer;
}

/** An external commit by a member, right but for its faults and for the confirmation tag, which is checked last. */
export function forgeExternalCommit(forger: Forger, faults: ExternalFaults = {}): Uint8Array {
  const { state, signer: own } = forger;
  const { proposals = [externalInit(), { kind: 'remove', removed: state.ownLeaf }], signer = own } = faults;
  const sender = { kind: 'newMemberCommit' } as const;
  const proposed = proposeExternally(
    state,
    proposals.map((proposal) => ({ proposal, sender, ref: undefined })),
  );
  const old = state.tree.leaf(state.ownLeaf);
  if (old === undefined) throw new Error('a leaf');
  const leaf = { ...old, signatureKey: signer.publicKey, ...faults.leaf };
  const created = createOwnPath(state, proposed, signer, leaf).path;
  const path = faults.path === undefined ? created : faults.path(created);
  const listed = faults.listed ?? proposals.map((proposal) => ({ kind: 'proposal', proposal }) as const);
  const content = { kind: 'commit', commit: { proposals: listed, path } } as const;
  return forger.message(content, { sender }, faults.messageSigner ?? signer);
}

export interface FoundingFaults extends Pick<WelcomeFaults, 'context'> {
  readonly groupId: Uint8Array;
  readonly suite: number;
  readonly extensions?: ReadonlyMap<number, Uint8Array>;
  readonly psk: Extract<PreSharedKeyId, { kind: 'resumption' }>;
  readonly secret: Uint8Array;
  readonly invited: readonly [KeyPackage, ...KeyPackage[]];
}

/** The Welcome into a group that `founder` founds and that says that it continues another one. */
export function forgeFounding(founder: Device, faults: FoundingFaults): Uint8Array {
  const { groupId, suite, extensions = new Map<number, Uint8Array>(), psk, secret, context = {} } = faults;
  const listed = [...extensions].map(([type, data]) => ({ type, data }));
  const { identity, keys: signatureKeyPair } = founder;
  const { state } = createEpoch({ suite, groupId, identity, signatureKeyPair, extensions: listed });
  const [first, ...others] = faults.invited;
  const forger = { state, signer: createSigner(founder.keys.privateKey) };
  return forgeWelcome(forger, first, { others, psks: [{ id: psk, secret }], context });
}
