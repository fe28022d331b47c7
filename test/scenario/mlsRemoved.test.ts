import { Group, MlsError, PublicGroup, extensionTypes, externalSendersExtension, signExternalRemove } from '#mls';
import { generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';

import { attack, lootOf } from './mls/attacker.js';
import { Device } from './mls/device.js';

beforeAll(ready);

const suites = [0x0001, 0x0003, 0x004d];
const names = ['anna', 'boris', 'chen', 'dina', 'emil', 'farida', 'gulnora'];

/** A group of seven with a warm tree, and the server's view of it. */
class Scene {
  readonly server = generateSigningKeyPair();
  readonly groupId = randomBytes(16);
  readonly devices: Device[];
  readonly publicGroup: PublicGroup;

  constructor(suite: number) {
    this.devices = names.map((name) => new Device(name, suite));
    const [founder, ...others] = this.devices;
    if (founder === undefined) throw new Error('a founder');
    const senders = externalSendersExtension([{ signatureKey: this.server.publicKey, identity: utf8('server') }]);
    founder.found({ groupId: this.groupId, extensions: new Map([[extensionTypes.externalSenders, senders]]) });
    this.publicGroup = PublicGroup.fromGroupInfo(founder.group.groupInfo());
    const { commit, welcome } = founder.commit({ add: others.map((device) => device.keyPackage()) });
    this.accept(commit, [founder]);
    for (const device of others) device.join(welcome ?? new Uint8Array(0));
    for (const device of this.devices) this.accept(device.commit({ update: true }).commit, this.devices);
  }

  device(name: string): Device {
    const device = this.devices.find((candidate) => candidate.name === name);
    if (device === undefined) throw new Error(name);
    return device;
  }

  accept(commit: Uint8Array, devices: readonly Device[]): void {
    this.publicGroup.apply(this.publicGroup.stage(commit));
    for (const device of devices) device.applyMessage(commit);
  }

  proposeRemoval(device: Device): void {
    const { epoch } = this.publicGroup;
    const remove = { groupId: this.groupId, epoch, leaf: device.group.ownLeaf, senderIndex: 0 };
    const proposal = signExternalRemove(remove, this.server);
    this.publicGroup.addProposal(proposal);
    for (const member of this.devices) member.saving((group) => group.receiveProposal(proposal));
  }
}

const ways = {
  'by a member': (_scene: Scene, committer: Device, victim: Device): Uint8Array =>
    committer.commit({ remove: [victim.group.ownLeaf] }).commit,
  'by an external sender': (scene: Scene, committer: Device, victim: Device): Uint8Array => {
    scene.proposeRemoval(victim);
    return committer.commit({}).commit;
  },
};

describe.each(suites)('in suite %d', (suite) => {
  test.each(Object.keys(ways) as (keyof typeof ways)[])(
    'a device that is removed %s cannot derive the next epoch',
    (way) => {
      const scene = new Scene(suite);
      const [committer, victim, reader] = [scene.device('anna'), scene.device('farida'), scene.device('chen')];
      const commit = ways[way](scene, committer, victim);
      const before = lootOf(victim, commit, new Uint8Array(0)).records;
      scene.accept(commit, scene.devices);
      expect(victim.isMember).toBe(false);

      const attempt = attack({ records: before, commit, ratchetTree: scene.publicGroup.ratchetTree });
      expect(attempt.decryptionsTried).toBeGreaterThan(10);
      expect(attempt).toMatchObject({ pathSecretsFound: 0, foundNextEpoch: false });

      const message = committer.saving((group) => group.encrypt(utf8('without you'), utf8('')));
      expect(reader.saving((group) => group.decrypt(message)).plaintext).toEqual(utf8('without you'));
      const old = Group.restore(before, victim.keys);
      expect(() => old.decrypt(message)).toThrow(MlsError);
      expect(victim.copyOfDisk().size).toBe(0);
    },
  );

  test('the same attack succeeds for a device that stays: the attack itself is sound', () => {
    const scene = new Scene(suite);
    const commit = scene.device('anna').commit({ remove: [scene.device('farida').group.ownLeaf] }).commit;
    const { records } = lootOf(scene.device('chen'), commit, new Uint8Array(0));
    scene.accept(commit, scene.devices);
    const attempt = attack({ records, commit, ratchetTree: scene.publicGroup.ratchetTree });
    expect(attempt.foundNextEpoch).toBe(true);
  });
});
