import type { SigningKeyPair } from '#primitives';

import { checkMembership, identitiesIn } from './continuation.js';
import { identityOf } from './credential.js';
import { MlsError } from './errors.js';
import { checkContextExtensions } from './extension.js';
import { GroupCore } from './groupCore.js';
import { commitNow } from './handshake.js';
import { createEpoch } from './joining.js';
import type { CreateInput } from './joining.js';
import { signerOf } from './keyPackageCreation.js';
import { sameBytes } from './keySet.js';
import { checkAgainstContext } from './leafValidation.js';
import type { LifetimePolicy } from './lifetime.js';
import { decodeMessageOf } from './message.js';
import type { Continuation } from './preSharedKey.js';
import type { Proposal } from './proposal.js';
import { continuingPsk } from './pskCreation.js';
import { demand } from './rules.js';
import { suiteOf } from './suite.js';
import { reInitOf } from './successor.js';
import type { Successor } from './successor.js';
import type { PublicState } from './transition.js';

/**
 * A ReInit that all present members can follow (RFC 9420 sections 11 and 12.1.5).
 * @throws MlsError `UNSUPPORTED` for a suite that this library or a member does not support, valn070302 and valn070313
 * for extensions, `MISUSE` for the group id of the group itself
 */
export function reinitProposal({ tree, context }: PublicState, successor: Successor): Proposal {
  const proposal = reInitOf(successor);
  const { id } = suiteOf(successor.suite);
  checkContextExtensions(proposal.extensions);
  for (const [, leaf] of tree.members()) {
    demand(leaf.capabilities.cipherSuites.includes(id), 'valn110207');
    checkAgainstContext(leaf, proposal.extensions);
  }
  if (sameBytes(successor.groupId, context.groupId)) {
    throw new MlsError('MISUSE', 'a successor needs a group id of its own');
  }
  return proposal;
}

export interface ContinueInput {
  readonly usage: Continuation;
  readonly target: CreateInput & { readonly signatureKeyPair: SigningKeyPair };
  /** MLSMessage(KeyPackage) of the other members. */
  readonly keyPackages: readonly Uint8Array[];
  readonly treeInWelcome: boolean;
  readonly lifetimes: LifetimePolicy;
}

/**
 * A new group that continues `old` (RFC 9420 sections 11.2 and 11.3): its first commit brings in all members and the
 * resumption key of the old group, so that only members of that can join. It stands in epoch 1. @throws MlsError
 */
export function continueGroup(old: GroupCore, input: ContinueInput): { core: GroupCore; welcome: Uint8Array } {
  const { usage, target, lifetimes, treeInWelcome } = input;
  const { context, tree } = old.state;
  const adds = input.keyPackages.map((bytes) => {
    const keyPackage = decodeMessageOf(bytes, 'keyPackage');
    return { kind: 'add', keyPackage } as const;
  });
  const invited = adds.map(({ keyPackage }) => identityOf(keyPackage.leafNode.credential));
  checkMembership(usage, identitiesIn(tree), [target.identity, ...invited]);
  const core = GroupCore.start(signerOf(target.signatureKeyPair), createEpoch(target));
  const values = [...adds, continuingPsk(usage, context.groupId, context.epoch)];
  const request = { values, forcePath: false, authenticatedData: new Uint8Array(0), treeInWelcome };
  const psks = (): Uint8Array | undefined => old.resumption.find(context.epoch);
  const { welcome, staged } = commitNow(core, request, { lifetimes, psks, acceptNewMembers: false, continues: usage });
  core.apply(staged);
  if (welcome === undefined) throw new MlsError('MISUSE', 'a group that continues another one has a Welcome');
  return { core, welcome };
}
