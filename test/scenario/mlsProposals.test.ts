import { Group, createKeyPackage, extensionTypes, requiredCapabilitiesExtension } from '#mls';
import { fromUtf8, randomBytes, ready, utf8 } from '#primitives';

import type { Proposal } from '../../libs/mls/src/proposal.js';
import { Circle, codeOf, send, trace } from './mls/circle.js';
import { Device } from './mls/device.js';
import { Forger, encodeForged, forgeKeyPackage, ruleOf } from './mls/forger.js';
import type { KeyPackageChanges } from './mls/forger.js';

const suite = 0x0003;
const none = new Uint8Array(0);
const label = 0xf0c1;

beforeAll(ready);

const circle = (): Circle => new Circle(suite, 'anna', 'boris', 'chen', 'dina');

describe('changes by reference', () => {
  test('an Add, an Update, a Remove and new extensions of four proposers are one commit', () => {
    const scene = circle();
    const [anna, boris, chen, dina] = ['anna', 'boris', 'chen', 'dina'].map((name) => scene.device(name)) as [
      Device,
      Device,
      Device,
      Device,
    ];
    const emil = new Device('emil', suite);
    const extensions = new Map([[label, utf8('{"level":"secret"}')]]);
    scene.propose(
      boris.saving((group) => group.proposeAdd(emil.keyPackage())),
      boris,
    );
    scene.propose(
      chen.saving((group) => group.proposeUpdate()),
      chen,
    );
    scene.propose(
      dina.saving((group) => group.proposeSelfRemove()),
      dina,
    );
    scene.propose(
      boris.saving((group) => group.proposeExtensions(extensions)),
      boris,
    );
    for (const device of scene.devices) device.restart();
    const { commit, welcome, staged } = anna.commit({});
    expect(staged.proposals.map(({ kind }) => kind).sort()).toEqual([
      'add',
      'groupContextExtensions',
      'remove',
      'update',
    ]);
    expect(staged.adds.map(({ identity, proposedBy }) => [fromUtf8(identity), proposedBy])).toEqual([
      ['emil', { kind: 'member', leafIndex: boris.group.ownLeaf }],
    ]);
    scene.accept(commit);
    emil.join(welcome ?? none);
    scene.devices.push(emil);
    expect(scene.devices.map(({ name }) => name)).toEqual(['anna', 'boris', 'chen', 'emil']);
    expect(emil.group.extensions).toEqual(extensions);
    scene.expectTogether();
  });

  test('an Update that was not committed serves again in the next epoch, with another key', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    boris.saving((group) => group.proposeUpdate());
    scene.commit(anna, { update: true });
    scene.propose(
      boris.saving((group) => group.proposeUpdate()),
      boris,
    );
    scene.commit(anna, {});
    scene.expectTogether();
  });

  test('what nobody could accept is not proposed at all', () => {
    const { group } = circle().device('anna');
    const late = createKeyPackage({
      suite,
      identity: utf8('late'),
      signatureKeyPair: new Device('late', suite).keys,
      notBefore: 1,
      notAfter: 2,
    });
    const before = group.proposals;
    expect(ruleOf(() => group.proposeAdd(late.keyPackage))).toBe('valn070304');
    expect(ruleOf(() => group.proposeRemove(9 as typeof group.ownLeaf))).toBe('valn120101');
    expect(ruleOf(() => group.proposeAdd(new Device('other', 0x0001).keyPackage()))).toBe('valn100101');
    expect(group.proposals).toEqual(before);
  });
});

describe('a proposal that no commit could hold', () => {
  const add = (changes: KeyPackageChanges): Proposal => ({ kind: 'add', keyPackage: forgeKeyPackage(suite, changes) });

  test.each([
    [
      'a key that stands in the tree',
      (scene: Circle) => {
        const { tree } = new Forger(scene.device('anna')).state;
        const encryptionKey = tree.leaf(scene.device('chen').group.ownLeaf)?.encryptionKey ?? none;
        return add({ leaf: { encryptionKey } });
      },
    ],
    ['a newcomer without what the group requires', () => add({})],
    [
      'extensions that nobody knows',
      (): Proposal => ({ kind: 'groupContextExtensions', extensions: [{ type: 0xf777, data: none }] }),
    ],
  ])('keeps nobody from committing and writing: %s', (_what, make) => {
    const scene = circle();
    scene.commit(scene.device('dina'), { extensions: new Map([[label, utf8('{}')]]) });
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    const message = new Forger(anna).proposal(make(scene));
    for (const device of scene.except(anna)) device.saving((group) => group.receiveProposal(message));
    scene.propose(
      scene.device('chen').saving((group) => group.proposeUpdate()),
      scene.device('chen'),
    );
    const { commit, staged } = boris.commit({});
    expect(staged.proposals.map(({ kind }) => kind)).toEqual(['update']);
    scene.accept(commit);
    send(boris, 'here we are');
    scene.expectTogether();
  });
});

describe('required capabilities', () => {
  const required = (extensions: readonly number[], credentials: readonly number[] = []): Map<number, Uint8Array> =>
    new Map([
      [extensionTypes.requiredCapabilities, requiredCapabilitiesExtension({ extensions, proposals: [], credentials })],
    ]);

  test('of the founding hold for everybody who comes', () => {
    const anna = new Device('anna', suite);
    anna.found({ groupId: randomBytes(16), extensions: required([label], [1]) });
    const before = trace(anna);
    const unable = encodeForged(forgeKeyPackage(suite, {}));
    expect(ruleOf(() => anna.group.commit({ add: [unable] }))).toBe('valn070302');
    expect(trace(anna)).toEqual(before);
    expect(ruleOf(() => anna.group.commit({ add: [new Device('able', suite).keyPackage()] }))).toBe('accepted');
  });

  test('that the founder does not meet are no group', () => {
    const { identity, keys: signatureKeyPair } = new Device('anna', suite);
    const found = (extensions: Map<number, Uint8Array>): string =>
      ruleOf(() => Group.create({ suite, groupId: randomBytes(16), identity, signatureKeyPair, extensions }));
    expect(found(required([0xf777]))).toBe('valn070302');
    expect(found(required([], [2]))).toBe('valn070302');
    expect(found(required([label, extensionTypes.applicationId]))).toBe('accepted');
  });

  test('are raised only as far as all members go', () => {
    const scene = circle();
    const anna = scene.device('anna');
    expect(ruleOf(() => anna.group.commit({ extensions: required([0xf777]) }))).toBe('valn070302');
    scene.commit(anna, { extensions: required([label]) });
    scene.expectTogether();
    expect(codeOf(() => anna.group.proposeExtensions(new Map([[extensionTypes.requiredCapabilities, none]])))).toBe(
      'MALFORMED',
    );
  });
});
