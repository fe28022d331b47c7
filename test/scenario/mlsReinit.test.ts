import { PublicGroup } from '#mls';
import type { Group, Successor } from '#mls';
import { fromUtf8, randomBytes, ready, toHex, utf8 } from '#primitives';

import { Circle, codeOf, operations, read, send, trace } from './mls/circle.js';
import { Device } from './mls/device.js';
import { forgeContinuation } from './mls/forgedContinuation.js';
import type { ForgedContinuation } from './mls/forgedContinuation.js';
import { Forger, encodeForged, forgeKeyPackage, ruleOf } from './mls/forger.js';

const suite = 0x0003;
const label = 0xf0c1;

beforeAll(ready);

const circle = (suiteId = suite): Circle => new Circle(suiteId, 'anna', 'boris', 'chen', 'dina');

const successorOf = (changes: Partial<Successor> = {}): Successor => ({
  groupId: randomBytes(16),
  suite: 0x004d,
  extensions: new Map([[label, utf8('{"level":"restricted"}')]]),
  ...changes,
});

/** Closes the group of a circle in favour of a successor. */
function close(scene: Circle, successor = successorOf()): Successor {
  scene.commit(scene.device('boris'), { reinit: successor });
  return successor;
}

const offers = (devices: readonly Device[], suiteId: number): Uint8Array[] =>
  devices.map((device) => device.keyPackage(suiteId));

/** `founder` makes the new group and all others follow. */
function moveOver(scene: Circle, founder: Device, suiteId: number): void {
  const others = scene.except(founder);
  const { identity, keys: signatureKeyPair } = founder;
  const keyPackages = offers(others, suiteId);
  const { group, welcome } = founder.group.reinitialize({ keyPackages, identity, signatureKeyPair });
  for (const device of others) device.follow(welcome);
  founder.enter(group);
  scene.publicGroup = PublicGroup.fromGroupInfo(group.groupInfo());
}

const moves = [
  { from: 0x0003, to: 0x004d },
  { from: 0x0001, to: 0x0003 },
  { from: 0x004d, to: 0x004d },
];

describe.each(moves)('a group that moves from suite $from to $to', ({ from, to }) => {
  test('goes on with the same members under the agreed parameters, whoever founds it', () => {
    const scene = circle(from);
    const names = scene.publicGroup.members.map(({ identity }) => fromUtf8(identity)).sort();
    const successor = close(scene, successorOf({ suite: to }));
    for (const device of scene.devices) device.restart();
    moveOver(scene, scene.device('chen'), to);
    scene.expectTogether();
    for (const { group } of scene.devices) {
      expect([group.epoch, group.cipherSuite, toHex(group.groupId)]).toEqual([1, to, toHex(successor.groupId)]);
      expect(group.extensions).toEqual(successor.extensions);
      expect(group.successor).toBeUndefined();
      expect(group.members.map(({ identity }) => fromUtf8(identity)).sort()).toEqual(names);
    }
    for (const device of scene.devices) scene.commit(device, { update: true });
    scene.expectTogether();
  });
});

describe('a group that is reinitialized', () => {
  test('says so before it is applied, to members and to the server', () => {
    const scene = circle();
    const successor = successorOf();
    const boris = scene.device('boris');
    const { commit } = boris.commit({ reinit: successor });
    for (const receiver of [scene.device('anna').group, scene.publicGroup]) {
      expect(receiver.stage(commit).successor).toEqual(successor);
      expect(receiver.successor).toBeUndefined();
    }
    boris.restart();
    scene.accept(commit);
    expect(scene.devices.map(({ group }) => group.successor)).toEqual(scene.devices.map(() => successor));
  });

  test('takes and sends nothing more, also after a restart', () => {
    const scene = circle();
    const anna = scene.device('anna');
    const outsider = new Device('outsider', suite);
    const info = anna.group.groupInfo();
    const late = anna.saving((group) => group.proposeUpdate());
    const [boris] = [scene.device('boris')];
    const successor = close(scene);
    for (const again of [1, 2]) {
      for (const [name, operation] of Object.entries(operations(anna.group, outsider.keyPackage()))) {
        expect([name, codeOf(operation)]).toEqual([name, 'REINITIALIZED']);
      }
      for (const receiver of [anna.group, scene.publicGroup]) {
        expect(codeOf(() => receiver.stage(new Forger(boris).commit([])))).toBe('REINITIALIZED');
        expect(codeOf(() => receiver.stage(boris.rejoin(info)))).toBe('REINITIALIZED');
        expect(receiver.successor).toEqual(successor);
      }
      expect(codeOf(() => anna.group.receiveProposal(late))).toBe('REINITIALIZED');
      expect(codeOf(() => scene.publicGroup.addProposal(late))).toBe('REINITIALIZED');
      if (again === 1) anna.restart();
    }
  });

  test('still reads what was sent before', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    const message = send(anna, 'one last thing');
    close(scene);
    boris.restart();
    expect(read(boris, message)).toBe('anna: one last thing');
  });

  test('by a proposal of one member, a commit of another, and a founder that is a third', () => {
    const scene = circle();
    const [anna, boris] = [scene.device('anna'), scene.device('boris')];
    const successor = successorOf({ suite });
    scene.propose(
      anna.saving((group) => group.proposeReinit(successor)),
      anna,
    );
    expect(codeOf(() => send(boris, 'too early'))).toBe('PENDING_PROPOSALS');
    scene.commit(boris, {});
    expect(scene.device('dina').group.successor).toEqual(successor);
    moveOver(scene, scene.device('dina'), suite);
    scene.expectTogether();
  });

  test('waits for the other proposals of the epoch', () => {
    const scene = circle();
    const [anna, boris, chen] = [scene.device('anna'), scene.device('boris'), scene.device('chen')];
    scene.propose(
      anna.saving((group) => group.proposeReinit(successorOf())),
      anna,
    );
    scene.propose(
      chen.saving((group) => group.proposeUpdate()),
      chen,
    );
    expect(codeOf(() => boris.group.commit({ reinit: successorOf() }))).toBe('PENDING_PROPOSALS');
    scene.commit(boris, {});
    expect(scene.publicGroup.successor).toBeUndefined();
    close(scene);
    expect(scene.publicGroup.successor).toBeDefined();
  });

  test('is alone in its commit', () => {
    const scene = circle();
    const anna = scene.device('anna');
    const before = trace(anna);
    const remove = [scene.device('boris').group.ownLeaf];
    expect(ruleOf(() => anna.group.commit({ reinit: successorOf(), remove }))).toBe('valn120207');
    expect(trace(anna)).toEqual(before);
  });

  test('of one member only moves over too', () => {
    const scene = new Circle(suite, 'anna');
    const anna = scene.device('anna');
    scene.commit(anna, { reinit: successorOf() });
    const { identity, keys: signatureKeyPair } = anna;
    const { group, welcome } = anna.group.reinitialize({ keyPackages: [], identity, signatureKeyPair });
    expect([group.epoch, group.cipherSuite, group.members.length]).toEqual([1, 0x004d, 1]);
    expect(welcome.length).toBeGreaterThan(0);
  });

  test('that nobody reinitialized has no successor to found', () => {
    const { identity, keys: signatureKeyPair, group } = circle().device('anna');
    expect(codeOf(() => group.reinitialize({ keyPackages: [], identity, signatureKeyPair }))).toBe('MISUSE');
  });
});

describe('what a ReInit may ask for', () => {
  test('valn110207: a suite that every member supports', () => {
    const scene = circle();
    const anna = scene.device('anna');
    const limited = encodeForged(forgeKeyPackage(suite, { leaf: { capabilities: limitedTo(suite) } }));
    scene.commit(anna, { add: [limited] });
    expect(ruleOf(() => anna.group.commit({ reinit: successorOf({ extensions: new Map() }) }))).toBe('valn110207');
    expect(ruleOf(() => anna.group.proposeReinit(successorOf({ extensions: new Map() })))).toBe('valn110207');
    const possible = successorOf({ suite, extensions: new Map() });
    expect(ruleOf(() => anna.group.proposeReinit(possible))).toBe('accepted');
  });

  test('a suite that this library has, extensions that all members support, and another group id', () => {
    const { group } = circle().device('anna');
    const codes = [{ suite: 0x0002 }, { extensions: new Map([[0xf777, utf8('x')]]) }, { groupId: group.groupId }].map(
      (changes) => codeOf(() => group.proposeReinit(successorOf(changes))),
    );
    expect(codes).toEqual(['UNSUPPORTED', 'INVALID_LEAF_NODE', 'MISUSE']);
  });

  test('valn120121 and valn120104: this version of the protocol', () => {
    const scene = circle();
    const mallory = new Forger(scene.device('anna'));
    const reInit = { kind: 'reinit', groupId: randomBytes(16), cipherSuite: suite, extensions: [] } as const;
    for (const receiver of [scene.device('boris').group, scene.publicGroup]) {
      const stage = (version: number): string => ruleOf(() => receiver.stage(mallory.commit([{ ...reInit, version }])));
      expect(stage(2)).toBe('valn120121');
      expect(stage(0)).toBe('valn120104');
    }
  });
});

const limitedTo = (id: number): ReturnType<typeof forgeKeyPackage>['leafNode']['capabilities'] => ({
  versions: [1],
  cipherSuites: [id],
  extensions: [label],
  proposals: [],
  credentials: [1],
});

describe('a founder is held to the members', () => {
  const found = (scene: Circle, others: readonly Device[], name = 'boris'): string => {
    const founder = scene.device('boris');
    const keyPackages = offers(others, 0x004d);
    const parameters = { keyPackages, identity: utf8(name), signatureKeyPair: founder.keys };
    return ruleOf(() => founder.group.reinitialize(parameters));
  };

  test('valn110205: nobody is left out', () => {
    const scene = circle();
    close(scene);
    expect(found(scene, [scene.device('anna'), scene.device('chen')])).toBe('valn110205');
  });

  test('valn110206: nobody is brought along, not even by a second device of the same name', () => {
    const scene = circle();
    close(scene);
    const others = scene.except(scene.device('boris'));
    expect(found(scene, [...others, new Device('mallory', suite)])).toBe('valn110206');
    expect(found(scene, [...others, new Device('anna', suite)])).toBe('valn110206');
    expect(found(scene, others)).toBe('accepted');
  });

  test('valn100101: KeyPackages are of the new suite', () => {
    const scene = circle();
    close(scene);
    const founder = scene.device('boris');
    const keyPackages = offers(scene.except(founder), suite);
    const parameters = { keyPackages, identity: founder.identity, signatureKeyPair: founder.keys };
    expect(ruleOf(() => founder.group.reinitialize(parameters))).toBe('valn100101');
  });
});

describe('a Welcome that claims to be of the successor', () => {
  /** Chen's answer to a Welcome that Boris forges. */
  function answer(
    changes: Partial<Successor>,
    faults: Partial<ForgedContinuation> = {},
    members = (scene: Circle): Device[] => scene.except(scene.device('boris')),
  ): string {
    const scene = circle();
    const successor = close(scene);
    const target = { ...successor, ...changes };
    const keyPackages = offers(members(scene), target.suite);
    const chen = scene.device('chen');
    const welcome = forgeContinuation(scene.device('boris'), { usage: 'reinit', target, keyPackages, ...faults });
    const before = chen.view();
    const result = ruleOf(() => {
      chen.follow(welcome);
    });
    if (result !== 'accepted') expect(chen.view()).toBe(before);
    return result;
  }

  test('is followed when it is right', () => {
    expect(answer({})).toBe('accepted');
  });

  test('valn110202: another group id', () => {
    expect(answer({ groupId: randomBytes(16) })).toBe('valn110202');
  });

  test('valn110203: another suite', () => {
    expect(answer({ suite })).toBe('valn110203');
  });

  test('valn110204: other extensions, or none', () => {
    expect(answer({ extensions: new Map([[label, utf8('{"level":"unclassified"}')]]) })).toBe('valn110204');
    expect(answer({ extensions: new Map() })).toBe('valn110204');
  });

  test('valn110205: a member is missing', () => {
    expect(answer({}, {}, (scene) => [scene.device('anna'), scene.device('chen')])).toBe('valn110205');
  });

  test('valn110206: somebody is in it who was not', () => {
    const withStranger = (scene: Circle): Device[] => [
      ...scene.except(scene.device('boris')),
      new Device('mallory', suite),
    ];
    expect(answer({}, {}, withStranger)).toBe('valn110206');
  });

  test('valn120523: it is not in epoch 1', () => {
    expect(answer({}, { epochsBefore: 1 })).toBe('valn120523');
  });

  test('valn110201: the key of an epoch before the ReInit, or of a group without one', () => {
    const scene = circle();
    const [boris, chen] = [scene.device('boris'), scene.device('chen')];
    const target = successorOf();
    const forge = (pskEpoch: number): Uint8Array => {
      const keyPackages = offers(scene.except(boris), target.suite);
      return forgeContinuation(boris, { usage: 'reinit', target, keyPackages, pskEpoch });
    };
    const follow = (pskEpoch: number): string =>
      ruleOf(() => {
        chen.follow(forge(pskEpoch));
      });
    expect(follow(boris.group.epoch)).toBe('valn110201');
    close(scene, target);
    expect(follow(boris.group.epoch - 1)).toBe('valn110201');
    expect(follow(boris.group.epoch)).toBe('accepted');
  });

  test('valn110201: a branch is no successor, and the other way round', () => {
    expect(answer({ suite }, { usage: 'branch' })).toBe('accepted');
    expect(answer({}, { usage: 'branch' })).toBe('valn110301');
  });

  test('valn120521 and valn120522: with the group that it continues, and with no other', () => {
    const scene = circle();
    close(scene);
    const [boris, chen] = [scene.device('boris'), scene.device('chen')];
    const { identity, keys: signatureKeyPair } = boris;
    const keyPackages = offers(scene.except(boris), 0x004d);
    const { welcome } = boris.group.reinitialize({ keyPackages, identity, signatureKeyPair });
    const join = (from: Group | undefined): string =>
      ruleOf(() => {
        chen.join(welcome, undefined, from === undefined ? {} : { from });
      });
    expect(join(undefined)).toBe('valn120521');
    expect(join(circle().device('anna').group)).toBe('valn120521');
    const other = new Circle(suite, 'eve');
    const invitation = other.device('eve').commit({ add: [chen.keyPackage()] }).welcome ?? new Uint8Array(0);
    expect(
      ruleOf(() => {
        chen.join(invitation, undefined, { from: chen.group });
      }),
    ).toBe('valn120522');
  });

  test('somebody who never was in the group cannot make it', () => {
    const scene = circle();
    const target = close(scene);
    const eve = new Device('eve', suite);
    eve.found({ groupId: scene.device('chen').group.groupId });
    while (eve.group.epoch < scene.publicGroup.epoch) eve.applyMessage(eve.commit({ update: true }).commit);
    const chen = scene.device('chen');
    const keyPackages = offers(scene.devices, target.suite);
    const welcome = forgeContinuation(eve, { usage: 'reinit', target, keyPackages });
    expect(
      codeOf(() => {
        chen.follow(welcome);
      }),
    ).toBe('DECRYPTION_FAILED');
  });
});

describe('a branch', () => {
  const branch = (scene: Circle, others: readonly Device[], suiteId = suite): { group: Group; welcome: Uint8Array } => {
    const { identity, keys: signatureKeyPair, group } = scene.device('anna');
    const keyPackages = offers(others, suiteId);
    return group.branch({ groupId: randomBytes(16), keyPackages, identity, signatureKeyPair });
  };

  test('has some of the members and the parameters of its group, which goes on', () => {
    const scene = circle();
    const [anna, chen] = [scene.device('anna'), scene.device('chen')];
    const extensions = new Map([[label, utf8('{"level":"secret"}')]]);
    scene.commit(anna, { extensions });
    const { group, welcome } = branch(scene, [chen]);
    const side = new Device('anna', suite);
    side.enter(group);
    chen.follow(welcome);
    expect([chen.group.epoch, chen.group.cipherSuite]).toEqual([1, suite]);
    expect(chen.group.extensions).toEqual(extensions);
    expect(chen.view()).toBe(side.view());
    expect(fromUtf8(chen.group.decrypt(group.encrypt(utf8('aside'), utf8(''))).plaintext)).toBe('aside');
    scene.commit(scene.device('boris'), { update: true }, scene.except(chen));
    scene.devices = scene.except(chen);
    scene.expectTogether();
  });

  test('valn110302: with a stranger is neither made nor joined', () => {
    const scene = circle();
    const [boris, chen] = [scene.device('boris'), scene.device('chen')];
    const stranger = new Device('mallory', suite);
    expect(ruleOf(() => branch(scene, [chen, stranger]))).toBe('valn110302');
    const keyPackages = offers([chen, stranger], suite);
    const forged = forgeContinuation(boris, { usage: 'branch', target: successorOf({ suite }), keyPackages });
    expect(
      ruleOf(() => {
        chen.follow(forged);
      }),
    ).toBe('valn110302');
    expect(
      codeOf(() => {
        stranger.join(forged);
      }),
    ).toBe('UNKNOWN_PSK');
  });

  test('valn110301, valn110303 and valn120523: of another suite, with the same group id, or in a later epoch', () => {
    const scene = circle();
    const [boris, chen] = [scene.device('boris'), scene.device('chen')];
    const answer = (target: Successor, epochsBefore = 0): string => {
      const keyPackages = offers([chen], target.suite);
      const forged = forgeContinuation(boris, { usage: 'branch', target, keyPackages, epochsBefore });
      return ruleOf(() => {
        chen.follow(forged);
      });
    };
    expect(answer(successorOf())).toBe('valn110301');
    expect(answer(successorOf({ suite, groupId: chen.group.groupId }))).toBe('valn110303');
    expect(answer(successorOf({ suite }), 1)).toBe('valn120523');
    expect(answer(successorOf({ suite }))).toBe('accepted');
  });

  test('of an epoch that one has left behind is still joined, of a closed group none is made', () => {
    const scene = circle();
    const [boris, chen] = [scene.device('boris'), scene.device('chen')];
    const { welcome } = branch(scene, [chen]);
    scene.commit(boris, { update: true });
    chen.follow(welcome);
    expect(chen.group.members.map(({ identity }) => fromUtf8(identity))).toEqual(['anna', 'chen']);
    const other = circle();
    close(other);
    expect(codeOf(() => branch(other, [other.device('chen')]))).toBe('REINITIALIZED');
  });

  test('the signature key of a member may be another one: that is for the application to judge', () => {
    const scene = circle();
    const chen = scene.device('chen');
    const renewed = new Device('chen', suite);
    const keyPackages = offers([renewed], suite);
    const { identity, keys: signatureKeyPair, group } = scene.device('anna');
    const made = group.branch({ groupId: randomBytes(16), keyPackages, identity, signatureKeyPair });
    renewed.join(made.welcome, undefined, { from: chen.group });
    expect(made.group.members.map((member) => toHex(member.signatureKey))).toContain(toHex(renewed.keys.publicKey));
  });
});
