import type { Successor } from '#mls';
import { createSigner } from '#primitives';

import { extensionList } from '../../../libs/mls/src/extension.js';
import { GroupCore } from '../../../libs/mls/src/groupCore.js';
import { commitNow } from '../../../libs/mls/src/handshake.js';
import { createEpoch } from '../../../libs/mls/src/joining.js';
import { decodeMessageOf } from '../../../libs/mls/src/message.js';
import type { Continuation } from '../../../libs/mls/src/preSharedKey.js';
import { continuingPsk } from '../../../libs/mls/src/pskCreation.js';
import type { Device } from './device.js';

export interface ForgedContinuation {
  readonly usage: Continuation;
  readonly target: Successor;
  readonly keyPackages: readonly Uint8Array[];
  /** The epoch whose resumption key is used; by default the right one. */
  readonly pskEpoch?: number;
  /** Commits before the one that brings the others in. */
  readonly epochsBefore?: number;
}

/** A Welcome into a group that claims to continue that of `device`, with real keys and whatever members and parameters. */
export function forgeContinuation(device: Device, forged: ForgedContinuation): Uint8Array {
  const { usage, target, keyPackages, epochsBefore = 0 } = forged;
  const { identity, keys: signatureKeyPair } = device;
  const signer = createSigner(signatureKeyPair.privateKey);
  const old = GroupCore.restore(signer, device.copyOfDisk());
  const pskEpoch = BigInt(forged.pskEpoch ?? old.state.context.epoch);
  const extensions = extensionList(target.extensions);
  const input = { suite: target.suite, groupId: target.groupId, identity, signatureKeyPair, extensions };
  const core = GroupCore.start(signer, createEpoch(input));
  const psks = (): Uint8Array | undefined => old.resumption.find(pskEpoch);
  const lifetimes = { now: Date.now(), maxSeconds: Infinity };
  const circumstances = { lifetimes, psks, acceptNewMembers: false, continues: usage };
  const request = { values: [], forcePath: true, authenticatedData: new Uint8Array(0), treeInWelcome: true };
  for (let i = 0; i < epochsBefore; i++) core.apply(commitNow(core, request, circumstances).staged);
  const adds = keyPackages.map((bytes) => ({ kind: 'add', keyPackage: decodeMessageOf(bytes, 'keyPackage') }) as const);
  const values = [...adds, continuingPsk(usage, old.state.context.groupId, pskEpoch)];
  const { welcome } = commitNow(core, { ...request, values }, circumstances);
  if (welcome === undefined) throw new Error('a Welcome');
  return welcome;
}
