import { Group, extensionTypes, externalRemove, externalSendersExtension } from '#mls';
import type { CommitParameters, CommitResult } from '#mls';
import { createSigner, generateSigningKeyPair, randomBytes, utf8 } from '#primitives';

import { encodeWith } from '../../libs/mls/src/codec.js';
import { encodeRequiredCapabilities } from '../../libs/mls/src/extension.js';
import { Device } from '../scenario/mls/device.js';

const names = ['anna', 'boris', 'clara', 'dora', 'emil', 'fedor'] as const;

/** The members of one group, and how they move it along. */
export class Life {
  readonly members: Device[];
  readonly external = generateSigningKeyPair();

  constructor(readonly suite: number) {
    this.members = names.map((name) => new Device(name, suite));
    const [anna, ...others] = this.members;
    anna?.found({ groupId: randomBytes(16), extensions: this.extensions('internal') });
    this.commit('anna', { add: others.map((device) => device.keyPackage()) }, others);
  }

  named(name: string): Device {
    const found = this.members.find((device) => device.name === name);
    if (found === undefined) throw new Error(`nobody is called ${name}`);
    return found;
  }

  leaf(name: string): Device['group']['ownLeaf'] {
    return this.named(name).group.ownLeaf;
  }

  extensions(label: string): Map<number, Uint8Array> {
    const senders = externalSendersExtension([{ signatureKey: this.external.publicKey, identity: utf8('server') }]);
    const required = { extensions: [extensionTypes.chanceryLabel], proposals: [], credentials: [1] };
    return new Map([
      [extensionTypes.requiredCapabilities, encodeWith(encodeRequiredCapabilities, required)],
      [extensionTypes.externalSenders, senders],
      [extensionTypes.chanceryLabel, utf8(label)],
    ]);
  }

  /** A commit that everybody follows. */
  commit(by: string, parameters: CommitParameters, newcomers: readonly Device[] = []): void {
    const device = this.named(by);
    const { commit, staged, welcome } = device.commit(parameters);
    device.saving((group) => {
      group.apply(staged);
    });
    for (const other of this.members) {
      if (other === device) continue;
      if (newcomers.includes(other) && welcome !== undefined) other.join(welcome);
      else if (other.isMember) other.applyMessage(commit);
    }
  }

  /** A commit that nobody has followed yet. */
  offer(by: string, parameters: CommitParameters): CommitResult {
    const device = this.named(by);
    const result = device.commit(parameters);
    device.saving((group) => {
      group.discard(result.staged);
    });
    return result;
  }

  /** The group of a member, to be used without a consequence. */
  copy(name: string): Group {
    const device = this.named(name);
    const group = Group.restore(device.copyOfDisk(), device.keys);
    group.confirmNewest();
    return group;
  }

  propose(by: string, make: (group: Group) => Uint8Array): Uint8Array {
    return this.named(by).saving(make);
  }

  removeFromOutside(leaf: number): Uint8Array {
    const { groupId, epoch } = this.named('anna').group;
    const unsigned = externalRemove({ groupId, epoch, leaf, senderIndex: 0 });
    return unsigned.withSignature(createSigner(this.external.privateKey).sign(unsigned.toBeSigned));
  }

  receive(names: readonly string[], proposals: readonly Uint8Array[]): void {
    for (const name of names) {
      this.named(name).saving((group) => {
        for (const proposal of proposals) group.receiveProposal(proposal);
      });
    }
  }
}
