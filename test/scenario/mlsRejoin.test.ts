import { Group, extensionTypes } from '#mls';
import { fromUtf8, generateSigningKeyPair, randomBytes, ready, utf8 } from '#primitives';

import { decodeMessageOf } from '../../libs/mls/src/message.js';
import { attack, lootOf } from './mls/attacker.js';
import { Circle, codeOf, read, send, trace } from './mls/circle.js';
import { Device } from './mls/device.js';
import { Forger, ruleOf } from './mls/forger.js';

const suites = [0x0001, 0x0003, 0x004d];
const suite = 0x0003;

beforeAll(ready);

const circle = (suiteId = suite): Circle => new Circle(suiteId, 'anna', 'boris', 'chen', 'dina', 'emil');

/** Loses its state and comes back. */
function comeBack(scene: Circle, device: Device, helper: Device): void {
  const commit = device.rejoin(helper.group.groupInfo());
  scene.accept(commit, {}, scene.except(device));
}

describe.each(suites)('a device that lost its state, in suite %d', (suiteId) => {
  test('comes back by an external commit, and reads and writes again', () => {
    const scene = circle(suiteId);
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    comeBack(scene, chen, anna);
    expect(chen.group.members).toHaveLength(5);
    scene.expectTogether();
    chen.restart();
    scene.commit(chen, { update: true });
    scene.commit(anna, { update: true });
    scene.expectTogether();
  });

  test('leaves nothing of use to whoever has the lost state', () => {
    const scene = circle(suiteId);
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const lost = chen.copyOfDisk();
    const commit = chen.rejoin(anna.group.groupInfo());
    scene.accept(commit, {}, scene.except(chen));
    const { ratchetTree } = scene.publicGroup;
    const attempt = attack({ records: lost, commit, ratchetTree });
    expect(attempt.decryptionsTried).toBeGreaterThan(4);
    expect(attempt).toMatchObject({ pathSecretsFound: 0, foundNextEpoch: false });
  });

  test('the same attack succeeds for a device that stays: the attack itself is sound', () => {
    const scene = circle(suiteId);
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const commit = chen.rejoin(anna.group.groupInfo());
    const loot = lootOf(boris, commit, new Uint8Array(0));
    scene.accept(commit, {}, scene.except(chen));
    expect(attack({ ...loot, ratchetTree: scene.publicGroup.ratchetTree }).foundNextEpoch).toBe(true);
  });
});

describe('coming back', () => {
  test('is seen by the application before it is applied', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const old = chen.group.ownLeaf;
    const commit = chen.rejoin(anna.group.groupInfo());
    for (const receiver of [anna.group, scene.publicGroup]) {
      const { external, adds, removes, updates, sender } = receiver.stage(commit);
      expect({ external, updates }).toEqual({ external: true, updates: [] });
      expect(adds.map(({ identity }) => fromUtf8(identity))).toEqual(['chen']);
      expect(adds.map(({ leafIndex, proposedBy }) => [leafIndex, proposedBy])).toEqual([
        [sender, { kind: 'newMember' }],
      ]);
      expect(removes.map(({ leafIndex, identity }) => [leafIndex, fromUtf8(identity)])).toEqual([[old, 'chen']]);
    }
    expect(anna.group.stage(boring(scene)).external).toBe(false);
  });

  const boring = (scene: Circle): Uint8Array => scene.device('boris').commit({ update: true }).commit;

  test('takes the leftmost blank leaf, also if the tree has to shrink first', () => {
    const scene = circle();
    const [anna, boris, emil] = [scene.device('anna'), scene.device('boris'), scene.device('emil')];
    expect(emil.group.ownLeaf).toBe(4);
    comeBack(scene, emil, anna);
    expect(emil.group.ownLeaf).toBe(4);
    scene.commit(anna, { remove: [boris.group.ownLeaf] });
    comeBack(scene, emil, anna);
    expect(emil.group.ownLeaf).toBe(1);
    expect(emil.group.members.map(({ leafIndex }) => leafIndex)).toEqual([0, 1, 2, 3]);
    scene.expectTogether();
  });

  test('is possible for the only member', () => {
    const scene = new Circle(suite, 'anna');
    const anna = scene.device('anna');
    const commit = anna.rejoin(anna.group.groupInfo());
    scene.accept(commit, {}, []);
    const boris = new Device('boris', suite);
    const added = anna.commit({ add: [boris.keyPackage()] });
    scene.accept(added.commit);
    boris.join(added.welcome ?? new Uint8Array(0));
    scene.devices.push(boris);
    scene.expectTogether();
  });

  test('works in any order and again and again', () => {
    const scene = circle();
    for (const name of ['dina', 'anna', 'emil', 'anna', 'boris', 'chen', 'dina']) {
      const device = scene.device(name);
      const [helper] = scene.except(device);
      if (helper === undefined) throw new Error('a helper');
      comeBack(scene, device, helper);
      scene.expectTogether();
    }
    expect(scene.publicGroup.members.map(({ identity }) => fromUtf8(identity)).sort()).toEqual([
      'anna',
      'boris',
      'chen',
      'dina',
      'emil',
    ]);
  });

  test('with a tree that comes beside the GroupInfo', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const { extensions } = decodeMessageOf(anna.group.groupInfo(), 'groupInfo');
    const withoutTree = extensions.filter(({ type }) => type !== extensionTypes.ratchetTree);
    const info = new Forger(anna).groupInfo(withoutTree);
    expect(ruleOf(() => chen.rejoin(info))).toBe('valn120509');
    const commit = chen.rejoin(info, { ratchetTree: scene.publicGroup.ratchetTree });
    scene.accept(commit, {}, scene.except(chen));
    scene.expectTogether();
  });

  test('ends what another copy of the device still had', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const copy = Group.restore(chen.copyOfDisk(), chen.keys);
    const commit = chen.rejoin(anna.group.groupInfo());
    const staged = copy.stage(commit);
    expect(staged).toMatchObject({ removesSelf: true, isOwn: false, external: true });
    copy.apply(staged);
    expect(copy.isMember).toBe(false);
  });

  test('late messages of the leaf before are still read under their name, by those who were there', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const late = send(chen, 'before I lost everything');
    const forChen = send(boris, 'you will not see this');
    comeBack(scene, chen, anna);
    boris.restart();
    expect(read(boris, late)).toBe('chen: before I lost everything');
    expect(codeOf(() => read(chen, forChen))).toBe('EPOCH_TOO_OLD');
  });

  test('does away with the proposals of the epoch, one’s own among them', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    scene.propose(
      boris.saving((group) => group.proposeUpdate()),
      boris,
    );
    comeBack(scene, chen, anna);
    expect(boris.group.proposals).toEqual([]);
    scene.expectTogether();
  });

  test('may prove the knowledge of an external key, and a member without it keeps its epoch', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const psks = [{ id: utf8('spoken'), secret: randomBytes(32) }];
    const usePsks = [{ kind: 'external', id: utf8('spoken') }] as const;
    expect(codeOf(() => chen.rejoin(anna.group.groupInfo(), { usePsks }))).toBe('UNKNOWN_PSK');
    const commit = chen.rejoin(anna.group.groupInfo(), { usePsks, psks });
    const before = trace(boris);
    expect(codeOf(() => boris.group.stage(commit))).toBe('UNKNOWN_PSK');
    expect(trace(boris)).toEqual(before);
    scene.accept(commit, { psks }, scene.except(chen));
    scene.expectTogether();
  });
});

describe('a race for the epoch', () => {
  test('is lost by a rejoin that comes second: it starts again from a newer GroupInfo', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const second = chen.rejoin(anna.group.groupInfo());
    scene.accept(boris.commit({ update: true }).commit, {}, scene.except(chen));
    expect(codeOf(() => scene.publicGroup.stage(second))).toBe('WRONG_EPOCH');
    expect(codeOf(() => anna.group.stage(second))).toBe('WRONG_EPOCH');
    comeBack(scene, chen, boris);
    scene.expectTogether();
  });

  test('is lost by a member’s commit when the rejoin comes first', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const second = boris.commit({ update: true });
    comeBack(scene, chen, anna);
    expect(codeOf(() => scene.publicGroup.stage(second.commit))).toBe('WRONG_EPOCH');
    boris.restart();
    scene.commit(boris, { update: true });
    scene.expectTogether();
  });

  test('a rejoin is taken once', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const commit = chen.rejoin(anna.group.groupInfo());
    scene.accept(commit, {}, scene.except(chen));
    for (const receiver of [anna.group, chen.group, scene.publicGroup]) {
      expect(codeOf(() => receiver.stage(commit))).toBe('WRONG_EPOCH');
    }
  });
});

describe('who may not come', () => {
  test('a member does not take the leaf of another one', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    const info = anna.group.groupInfo();
    expect(ruleOf(() => chen.rejoin(info, { identity: boris.identity }))).toBe('valn120425');
    expect(ruleOf(() => chen.rejoin(info, { signatureKeyPair: boris.keys }))).toBe('valn120425');
    expect(ruleOf(() => chen.rejoin(info, { signatureKeyPair: generateSigningKeyPair() }))).toBe('valn120425');
  });

  test('a removed device has no use for a GroupInfo, be it old or new', () => {
    const scene = circle();
    const [anna, emil] = [scene.device('anna'), scene.device('emil')];
    const oldInfo = anna.group.groupInfo();
    scene.commit(anna, { remove: [emil.group.ownLeaf] });
    expect(emil.isMember).toBe(false);
    const commit = emil.rejoin(oldInfo);
    const before = trace(anna);
    for (const receiver of [anna.group, scene.publicGroup]) {
      expect(codeOf(() => receiver.stage(commit))).toBe('WRONG_EPOCH');
    }
    expect(ruleOf(() => emil.rejoin(anna.group.groupInfo()))).toBe('valn120425');
    expect(trace(anna)).toEqual(before);
  });

  test('nobody can come by what a server keeps without the key for external commits', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const { extensions } = decodeMessageOf(anna.group.groupInfo(), 'groupInfo');
    const withoutKey = extensions.filter(({ type }) => type !== extensionTypes.externalPub);
    expect(ruleOf(() => chen.rejoin(new Forger(anna).groupInfo(withoutKey)))).toBe('valn120424');
  });
});
