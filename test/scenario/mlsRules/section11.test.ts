import { Group, createKeyPackage, extensionTypes } from '#mls';
import type { CreatedKeyPackage } from '#mls';
import { randomBytes, ready, utf8 } from '#primitives';

import { epochOf } from '../../../libs/mls/src/brand.js';
import { decodeMessageOf } from '../../../libs/mls/src/message.js';
import type { KeyPackage } from '../../../libs/mls/src/keyPackage.js';
import { Device } from '../mls/device.js';
import { forgeFounding } from '../mls/forgedJoins.js';
import type { FoundingFaults } from '../mls/forgedJoins.js';
import { Forger, encodeForged, forgeKeyPackage, ruleOf } from '../mls/forger.js';
import { none, suite } from '../mls/ruleScene.js';

/**
 * Groups that continue another one. Mallory is a member of the old group and founds the new one; Boris is invited and
 * has to notice what is wrong with it. Whatever came, he still joins the right one afterwards.
 */
const label = new Map([[extensionTypes.chanceryLabel, utf8('{}')]]);
const successor = { groupId: utf8('successor'), suite: 0x0001, extensions: label };

beforeAll(ready);

interface Family {
  readonly anna: Device;
  readonly boris: Device;
  readonly chen: Device;
  readonly offers: { readonly boris: CreatedKeyPackage; readonly chen: CreatedKeyPackage };
}

function family(newSuite: number): Family {
  const [anna, boris, chen] = ['anna', 'boris', 'chen'].map((name) => new Device(name, suite)) as [
    Device,
    Device,
    Device,
  ];
  anna.found({ groupId: randomBytes(16) });
  const { commit, welcome } = anna.commit({ add: [boris.keyPackage(), chen.keyPackage()] });
  anna.applyMessage(commit);
  for (const device of [boris, chen]) device.join(welcome ?? none);
  const offer = ({ identity, keys }: Device): CreatedKeyPackage =>
    createKeyPackage({ suite: newSuite, identity, signatureKeyPair: keys });
  return { anna, boris, chen, offers: { boris: offer(boris), chen: offer(chen) } };
}

/** The old group is closed in favour of the successor. */
function reinitialized(): Family {
  const scene = family(successor.suite);
  const { commit } = scene.anna.commit({ reinit: successor });
  for (const device of [scene.anna, scene.boris, scene.chen]) device.applyMessage(commit);
  return scene;
}

const decoded = ({ keyPackage }: CreatedKeyPackage): KeyPackage => decodeMessageOf(keyPackage, 'keyPackage');

function joinAs({ boris, offers }: Family, welcome: Uint8Array): string {
  const { keyPackage, secrets: keyPackageSecrets } = offers.boris;
  const parameters = { welcome, keyPackage, keyPackageSecrets, signatureKeyPair: boris.keys, from: boris.group };
  return ruleOf(() => Group.join(parameters));
}

type Faults = Partial<FoundingFaults> & { readonly pskEpoch?: bigint };

function forge(scene: Family, usage: 'reinit' | 'branch', faults: Faults): Uint8Array {
  const { anna, offers } = scene;
  const { state } = new Forger(anna);
  const epoch = faults.pskEpoch ?? state.context.epoch;
  return forgeFounding(anna, {
    ...(usage === 'reinit' ? successor : { groupId: utf8('branch'), suite }),
    invited: [decoded(offers.boris), decoded(offers.chen)],
    psk: { kind: 'resumption', usage, groupId: state.context.groupId, epoch, nonce: randomBytes(32) },
    secret: state.secrets.resumptionPsk,
    ...faults,
  });
}

describe('a successor', () => {
  const expectRefused = (rule: string, faults: Faults, scene = reinitialized()): void => {
    expect(joinAs(scene, forge(scene, 'reinit', faults))).toBe(rule);
    const keyPackages = [scene.offers.boris.keyPackage, scene.offers.chen.keyPackage];
    const { identity, keys: signatureKeyPair } = scene.anna;
    if (scene.anna.group.successor === undefined) return;
    expect(joinAs(scene, scene.anna.group.reinitialize({ keyPackages, identity, signatureKeyPair }).welcome)).toBe(
      'accepted',
    );
  };

  test('is joined as long as it is right', () => {
    expectRefused('accepted', {});
  });

  test('valn110201: of a group that nobody reinitialized, or of an earlier epoch', () => {
    expectRefused('valn110201', {}, family(successor.suite));
    const scene = reinitialized();
    const secret = scene.anna.copyOfDisk().get('resumption/1') ?? none;
    expectRefused('valn110201', { pskEpoch: 1n, secret }, scene);
  });

  test('valn110202: with another group id', () => {
    expectRefused('valn110202', { groupId: utf8('another') });
  });

  test('valn110203: with another cipher suite', () => {
    const scene = reinitialized();
    const offer = ({ identity, keys }: Device): CreatedKeyPackage =>
      createKeyPackage({ suite, identity, signatureKeyPair: keys });
    const offers = { boris: offer(scene.boris), chen: offer(scene.chen) };
    const downgraded = { ...scene, offers };
    const invited = [decoded(offers.boris), decoded(offers.chen)] as const;
    expect(joinAs(downgraded, forge(downgraded, 'reinit', { suite, invited }))).toBe('valn110203');
  });

  test('valn110204: with other extensions', () => {
    expectRefused('valn110204', { extensions: new Map() });
    expectRefused('valn110204', { extensions: new Map([[extensionTypes.chanceryLabel, utf8('{ }')]]) });
  });

  test('valn110205: without somebody who was a member', () => {
    const scene = reinitialized();
    expectRefused('valn110205', { invited: [decoded(scene.offers.boris)] }, scene);
  });

  test('valn110206: with somebody who was none', () => {
    const scene = reinitialized();
    const { boris, chen } = scene.offers;
    const stranger = forgeKeyPackage(successor.suite, { leaf: { capabilities: decoded(boris).leafNode.capabilities } });
    expectRefused('valn110206', { invited: [decoded(boris), decoded(chen), stranger] }, scene);
  });

  test('valn110207: of a suite that a member does not support', () => {
    const { anna, boris } = family(suite);
    const { commit } = anna.commit({ add: [encodeForged(forgeKeyPackage(suite, {}))] });
    for (const device of [anna, boris]) device.applyMessage(commit);
    const before = boris.view();
    expect(ruleOf(() => boris.group.proposeReinit({ ...successor, extensions: new Map() }))).toBe('valn110207');
    expect(ruleOf(() => boris.group.commit({ reinit: { ...successor, extensions: new Map() } }))).toBe('valn110207');
    expect(boris.view()).toBe(before);
    expect(boris.group.proposals).toEqual([]);
  });

  test('valn120523: that does not begin with epoch 1', () => {
    for (const epoch of [0n, 2n]) expectRefused('valn120523', { context: { epoch: epochOf(epoch) } });
  });
});

describe('a branch', () => {
  const expectRefused = (rule: string, faults: Faults, scene = family(suite)): void => {
    const before = scene.boris.view();
    expect(joinAs(scene, forge(scene, 'branch', faults))).toBe(rule);
    expect(scene.boris.view()).toBe(before);
    const message = scene.chen.saving((group) => group.encrypt(utf8('still here'), none));
    expect(scene.boris.saving((group) => group.decrypt(message)).plaintext).toEqual(utf8('still here'));
  };

  test('is joined as long as it is right, by some or by all', () => {
    const scene = family(suite);
    expectRefused('accepted', {}, scene);
    expectRefused('accepted', { invited: [decoded(scene.offers.boris)] }, scene);
  });

  test('valn110301: of another cipher suite', () => {
    const scene = family(0x0001);
    expectRefused('valn110301', { suite: 0x0001 }, scene);
  });

  test('valn110302: with a stranger', () => {
    const scene = family(suite);
    expectRefused('valn110302', { invited: [decoded(scene.offers.boris), forgeKeyPackage(suite, {})] }, scene);
  });

  test('valn110303: under the id of its own group', () => {
    const scene = family(suite);
    expectRefused('valn110303', { groupId: scene.boris.group.groupId }, scene);
  });

  test('valn120523: that does not begin with epoch 1', () => {
    for (const epoch of [0n, 2n]) expectRefused('valn120523', { context: { epoch: epochOf(epoch) } });
  });

  test('valn080401: under a key that is deleted or was never known', () => {
    expectRefused('valn080401', { pskEpoch: 1000n });
    expectRefused('valn080401', { pskEpoch: 0n });
  });
});
