import { equalBytes, toHex } from '#primitives';

import { wipeAll } from './derivation.js';
import { externalInitOf } from './externalCommit.js';
import { receiveInitSecret } from './externalInit.js';
import type { AuthenticatedContent } from './framing.js';
import type { GroupContext } from './groupContext.js';
import { confirmationTagOf, epochSecretsOf, joinerSecretOf, memberSecretOf } from './keySchedule.js';
import type { EpochSecrets } from './keySchedule.js';
import { sameBytes } from './keySet.js';
import { keptSecrets, wipeEpoch } from './memberState.js';
import type { MemberState, NextEpoch } from './memberState.js';
import { pskSecret } from './psk.js';
import type { PskLookup } from './psk.js';
import type { NodeIndex } from './brand.js';
import { broken } from './rules.js';
import { successorIn } from './successor.js';
import { hashLength } from './suite.js';
import { interimTranscriptHash } from './transcript.js';
import { contextAfter } from './transition.js';
import type { ProposedTransition, PublicState, Transition } from './transition.js';
import { openPath, reopenPath } from './treeKem.js';
import type { PathKeys, PathSeed, PrivateKeys } from './treeKem.js';
import { nodeOfLeaf } from './treeMath.js';
import { encryptionKeyOf } from './treeNode.js';

/** Private keys of Update proposals that this device sent, by the hexadecimal public key. */
export type UpdateKeys = ReadonlyMap<string, Uint8Array>;

export interface MemberInputs {
  readonly psks: PskLookup;
  readonly updates: UpdateKeys;
  /** For a commit of this device: what it kept when it made it. */
  readonly seed: PathSeed | undefined;
}

/** The key schedule's outputs for a new epoch; the caller wipes the first two. */
export interface ScheduledEpoch {
  readonly joinerSecret: Uint8Array;
  readonly memberSecret: Uint8Array;
  readonly secrets: EpochSecrets;
  readonly confirmationTag: Uint8Array;
}

/** The secret half of a commit (RFC 9420 section 12.4.2, the last steps). @throws MlsError */
export function advance(
  state: MemberState,
  transition: Transition,
  commit: AuthenticatedContent,
  inputs: MemberInputs,
): NextEpoch {
  const surviving = survivingKeys(state, transition, inputs.updates);
  const psk = transitionPsk(transition, inputs.psks);
  const initSecret = initSecretFor(state, transition);
  const path = openTransition(state, transition, surviving, inputs.seed);
  const context = contextAfter(state, transition, commit);
  const scheduled = schedule(initSecret, path.commitSecret, psk, context);
  wipeAll(initSecret, path.commitSecret, psk, scheduled.joinerSecret, scheduled.memberSecret);
  if (!equalBytes(scheduled.confirmationTag, commit.auth.confirmationTag ?? new Uint8Array(0))) {
    wipeEpoch(scheduled.secrets);
    wipeAll(...path.privateKeys.values());
    throw broken('valn060106');
  }
  const privateKeys = new Map([...surviving, ...path.privateKeys]);
  const successor = successorIn(transition.proposals);
  return enterable(state, { tree: transition.tree, context, privateKeys, successor }, scheduled);
}

/** A copy of the epoch's init_secret, or what an external commit sends in its place (RFC 9420 section 8.3). */
function initSecretFor({ secrets, context }: MemberState, { proposals }: Transition): Uint8Array {
  const kemOutput = externalInitOf(proposals);
  if (kemOutput === undefined) return secrets.initSecret.slice();
  return receiveInitSecret(context.cipherSuite, secrets.externalSecret, kemOutput);
}

/** psk_secret over the PreSharedKey proposals of a commit, in their order (RFC 9420 section 12.4.1). */
export function transitionPsk({ proposals }: Pick<ProposedTransition, 'proposals'>, lookup: PskLookup): Uint8Array {
  const ids = proposals.flatMap(({ proposal }) => (proposal.kind === 'psk' ? [proposal.psk] : []));
  return pskSecret(ids, lookup);
}

export function schedule(
  initSecret: Uint8Array,
  commitSecret: Uint8Array,
  psk: Uint8Array,
  context: GroupContext,
): ScheduledEpoch {
  const joinerSecret = joinerSecretOf(initSecret, commitSecret, context);
  const memberSecret = memberSecretOf(joinerSecret, psk);
  const secrets = epochSecretsOf(memberSecret, context);
  return { joinerSecret, memberSecret, secrets, confirmationTag: confirmationTagOf(secrets, context) };
}

/** Puts an epoch together from its parts; the confirmation key has served. */
export function enterable(
  { ownLeaf }: Pick<MemberState, 'ownLeaf'>,
  parts: Omit<PublicState, 'interimTranscriptHash'> & { readonly privateKeys: PrivateKeys },
  { secrets, confirmationTag }: Pick<ScheduledEpoch, 'secrets' | 'confirmationTag'>,
): NextEpoch {
  const interim = interimTranscriptHash(parts.context.confirmedTranscriptHash, confirmationTag);
  wipeAll(secrets.confirmationKey);
  const state: MemberState = {
    ...parts,
    interimTranscriptHash: interim,
    ownLeaf,
    confirmationTag,
    secrets: keptSecrets(secrets),
  };
  return { state, senderDataSecret: secrets.senderDataSecret, encryptionSecret: secrets.encryptionSecret };
}

/** Keys of nodes that the commit leaves as they are, and that of one's own Update if it is committed. */
function survivingKeys(state: MemberState, { tree }: Transition, updates: UpdateKeys): PrivateKeys {
  const surviving = new Map<NodeIndex, Uint8Array>();
  for (const [at, key] of state.privateKeys) {
    const before = state.tree.node(at);
    const after = at < tree.nodeCount ? tree.node(at) : undefined;
    if (before === undefined || after === undefined) continue;
    if (sameBytes(encryptionKeyOf(before), encryptionKeyOf(after))) surviving.set(at, key);
  }
  const own = tree.memberAt(state.ownLeaf) === undefined ? undefined : tree.leaf(state.ownLeaf);
  const updated = own && updates.get(toHex(own.encryptionKey));
  if (updated !== undefined) surviving.set(nodeOfLeaf(state.ownLeaf), updated.slice());
  return surviving;
}

function openTransition(
  state: MemberState,
  transition: Transition,
  keys: PrivateKeys,
  seed: PathSeed | undefined,
): PathKeys {
  if (transition.path === undefined) return { privateKeys: new Map(), commitSecret: new Uint8Array(hashLength) };
  return seed === undefined ? openPath(transition, state.ownLeaf, keys) : reopenPath(transition, seed);
}
