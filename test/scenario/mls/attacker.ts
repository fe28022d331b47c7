import { equalBytes } from '#primitives';

import { EpochStore } from '../../../libs/mls/src/epochStore.js';
import { externalInitOf } from '../../../libs/mls/src/externalCommit.js';
import { receiveInitSecret } from '../../../libs/mls/src/externalInit.js';
import { groupContextBytes } from '../../../libs/mls/src/groupContext.js';
import { schedule } from '../../../libs/mls/src/memberTransition.js';
import type { MemberState } from '../../../libs/mls/src/memberState.js';
import { decodeMessageOf } from '../../../libs/mls/src/message.js';
import { ProposalStore } from '../../../libs/mls/src/proposalStore.js';
import { RatchetTree } from '../../../libs/mls/src/ratchetTree.js';
import { RecordLog } from '../../../libs/mls/src/recordLog.js';
import { decryptWithLabel } from '../../../libs/mls/src/sealing.js';
import { verifyContent } from '../../../libs/mls/src/senderVerification.js';
import { loadProposals, loadState } from '../../../libs/mls/src/stateRecords.js';
import { suiteOf } from '../../../libs/mls/src/suite.js';
import { commitOf, contextAfter, receiveTransition } from '../../../libs/mls/src/transition.js';
import type { Transition } from '../../../libs/mls/src/transition.js';
import { derivePathSecrets } from '../../../libs/mls/src/treeKem.js';
import { encryptionKeyOf } from '../../../libs/mls/src/treeNode.js';
import type { Device } from './device.js';

/** What a removed device has in its hands. */
export interface Loot {
  /** Everything that it stored before the commit. */
  readonly records: ReadonlyMap<string, Uint8Array>;
  readonly commit: Uint8Array;
  /** The ratchet tree of the next epoch, as the server has it. */
  readonly ratchetTree: Uint8Array;
}

export interface Attempt {
  readonly decryptionsTried: number;
  readonly pathSecretsFound: number;
  /** Whether some candidate for the commit secret gave the confirmation tag of the commit. */
  readonly foundNextEpoch: boolean;
}

/**
 * Follows the commit without minding that it removes this device: every private key that it ever stored against every
 * ciphertext of the path, and every commit secret that it can think of against the confirmation tag.
 */
export function attack({ records, commit, ratchetTree }: Loot): Attempt {
  const state = loadState(records);
  const store = new ProposalStore();
  for (const proposal of loadProposals(records)) store.add(proposal);
  const { content, auth } = decodeMessageOf(commit, 'publicMessage');
  const message = verifyContent({ wireFormat: 'publicMessage', content, auth }, state.tree, state.context);
  const transition = receiveTransition(state, commitOf(content, state.tree), store, undefined);
  if (!equalBytes(RatchetTree.decode(ratchetTree).treeHash(), transition.provisional.treeHash)) {
    throw new Error('the attacker follows another commit than the server');
  }
  const { tried, secrets } = openCiphertexts(state, transition);
  const context = contextAfter(state, transition, message);
  const candidates = [...secrets, ...guesses(state, records)];
  const kemOutput = externalInitOf(transition.proposals);
  const { initSecret: own, externalSecret } = state.secrets;
  const { cipherSuite } = state.context;
  const initSecret = kemOutput === undefined ? own : receiveInitSecret(cipherSuite, externalSecret, kemOutput);
  const foundNextEpoch = candidates.some((candidate) => {
    const scheduled = schedule(initSecret, candidate, new Uint8Array(32), context);
    return equalBytes(scheduled.confirmationTag, auth.confirmationTag ?? new Uint8Array(0));
  });
  return { decryptionsTried: tried, pathSecretsFound: secrets.length, foundNextEpoch };
}

function openCiphertexts(state: MemberState, transition: Transition): { tried: number; secrets: Uint8Array[] } {
  const { provisional, path, steps } = transition;
  const suite = suiteOf(provisional.cipherSuite);
  const context = groupContextBytes(provisional);
  const secrets: Uint8Array[] = [];
  let tried = 0;
  for (const [at, privateKey] of state.privateKeys) {
    const node = state.tree.node(at);
    if (node === undefined) continue;
    const pair = { publicKey: encryptionKeyOf(node), privateKey };
    for (const [i, { encryptedPathSecrets }] of (path?.nodes ?? []).entries()) {
      for (const ciphertext of encryptedPathSecrets) {
        tried++;
        const secret = attempt(() => decryptWithLabel(suite, pair, 'UpdatePathNode', context, ciphertext));
        if (secret !== undefined) secrets.push(derivePathSecrets(secret, steps.length - i).commitSecret);
      }
    }
  }
  return { tried, secrets };
}

/** Commit secrets that need no path: zeros (RFC 9420 section 12.4.1 without a path) and what is known already. */
function guesses(state: MemberState, records: ReadonlyMap<string, Uint8Array>): Uint8Array[] {
  const { epoch: current } = state.context;
  const epoch = EpochStore.restore(records, new RecordLog()).keysOf(current, current);
  const known = [...Object.values(state.secrets), ...state.privateKeys.values(), epoch.senderDataSecret];
  return [new Uint8Array(32), ...known];
}

function attempt<T>(action: () => T): T | undefined {
  try {
    return action();
  } catch {
    return undefined;
  }
}

export const lootOf = (device: Device, commit: Uint8Array, ratchetTree: Uint8Array): Loot => ({
  records: device.copyOfDisk(),
  commit,
  ratchetTree,
});
