import { Group, MlsError, createKeyPackage, envelopeOf, welcomeRecipients } from '#mls';
import { fromUtf8, randomBytes, ready, toHex, utf8 } from '#primitives';

import { decodeMessageOf } from '../../libs/mls/src/message.js';
import { Device } from './mls/device.js';
import { forgePadding, forgePrivate, forgeWelcome, pathWithForeignSecrets } from './mls/forgedSecrets.js';
import { Forger, forgeKeyPackage, ruleOf } from './mls/forger.js';

const suite = 0x0003;
const none = new Uint8Array(0);
const header = utf8('header');

beforeAll(ready);

/** A fresh group of these devices, all in the same epoch. */
function groupOf(...names: string[]): Device[] {
  const devices = names.map((name) => new Device(name, suite));
  const [founder, ...others] = devices;
  if (founder === undefined) throw new Error('a founder');
  founder.found({ groupId: randomBytes(16) });
  const { commit, welcome } = founder.commit({ add: others.map((device) => device.keyPackage()) });
  founder.applyMessage(commit);
  for (const device of others) device.join(welcome ?? none);
  return devices;
}

function pair(): [Device, Device] {
  return groupOf('anna', 'boris') as [Device, Device];
}

const send = (device: Device, text: string): Uint8Array => device.saving((group) => group.encrypt(utf8(text), header));

const read = (device: Device, message: Uint8Array): string =>
  fromUtf8(device.saving((group) => group.decrypt(message)).plaintext);

function commitBy(committer: Device, everybody: readonly Device[]): void {
  const { commit } = committer.commit({ update: true });
  for (const device of everybody) device.applyMessage(commit);
}

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return error instanceof MlsError ? error.code : String(error);
  }
  return 'accepted';
}

describe('application messages', () => {
  test('tell who sent what, in which epoch and generation', () => {
    const [anna, boris] = pair();
    send(anna, 'first');
    const message = send(anna, 'second');
    expect(envelopeOf(message)).toMatchObject({ wireFormat: 'private', contentType: 'application', epoch: 1 });
    expect(fromUtf8(envelopeOf(message).authenticatedData)).toBe('header');
    const decrypted = boris.group.decrypt(message);
    expect(decrypted).toMatchObject({ sender: 0, epoch: 1, generation: 1 });
    expect(fromUtf8(decrypted.identity)).toBe('anna');
    expect(fromUtf8(decrypted.authenticatedData)).toBe('header');
  });

  test('have the same length for texts of nearly the same length', () => {
    const [anna] = pair();
    const lengths = new Set([3010, 3040, 3100].map((length) => send(anna, 'x'.repeat(length)).length));
    expect(lengths.size).toBe(1);
  });

  test('can be read once, and not again after a restart', () => {
    const [anna, boris] = pair();
    const message = send(anna, 'once');
    expect(read(boris, message)).toBe('once');
    expect(codeOf(() => read(boris, message))).toBe('GENERATION_USED');
    boris.restart();
    expect(codeOf(() => read(boris, message))).toBe('GENERATION_USED');
  });

  test('can be read in any order', () => {
    const [anna, boris] = pair();
    const messages = ['a', 'b', 'c', 'd'].map((text) => send(anna, text));
    boris.restart();
    expect([3, 0, 2, 1].map((i) => read(boris, messages[i] ?? none))).toEqual(['d', 'a', 'c', 'b']);
  });

  test('of the last five epochs can be read, older ones not', () => {
    const [anna, boris] = pair();
    const old = send(anna, 'old');
    const other = send(anna, 'other');
    for (let i = 0; i < 5; i++) commitBy(boris, [anna, boris]);
    boris.restart();
    expect(read(boris, old)).toBe('old');
    commitBy(boris, [anna, boris]);
    expect(codeOf(() => read(boris, other))).toBe('EPOCH_TOO_OLD');
    expect([...boris.copyOfDisk().keys()].filter((key) => key.includes('/1/'))).toEqual([]);
  });

  test('of a member that was removed meanwhile can still be read, under its name', () => {
    const [anna, boris, chen] = groupOf('anna', 'boris', 'chen') as [Device, Device, Device];
    const late = send(chen, 'before I left');
    const { commit } = anna.commit({ remove: [chen.group.ownLeaf] });
    for (const device of [anna, boris, chen]) device.applyMessage(commit);
    const dina = new Device('dina', suite);
    const added = anna.commit({ add: [dina.keyPackage()] });
    for (const device of [anna, boris]) device.applyMessage(added.commit);
    dina.join(added.welcome ?? none);
    expect(dina.group.ownLeaf).toBe(2);
    boris.restart();
    const decrypted = boris.group.decrypt(late);
    expect([fromUtf8(decrypted.identity), fromUtf8(decrypted.plaintext)]).toEqual(['chen', 'before I left']);
    expect(codeOf(() => dina.group.decrypt(late))).toBe('EPOCH_TOO_OLD');
  });

  test('of an epoch that is not reached yet wait', () => {
    const [anna, boris] = pair();
    commitBy(anna, [anna]);
    expect(codeOf(() => read(boris, send(anna, 'too early')))).toBe('WRONG_EPOCH');
  });

  test('that were changed anywhere are refused and consume nothing', () => {
    const [anna, boris] = pair();
    const message = send(anna, 'intact');
    for (let at = 4; at < message.length; at += 13) {
      const changed = message.slice();
      changed[at] = (changed[at] ?? 0) ^ 0x40;
      expect(codeOf(() => boris.group.decrypt(changed))).not.toBe('accepted');
    }
    expect(boris.group.takeChanges().put.size).toBeLessThanOrEqual(4);
    expect(read(boris, message)).toBe('intact');
  });

  test('a message in the name of another member is refused (valn060302 for a blank leaf)', () => {
    const [anna, boris] = pair();
    const mallory = new Forger(anna);
    expect(ruleOf(() => boris.group.decrypt(forgePrivate(mallory, utf8('x'), { leaf: 9 })))).toBe('valn060302');
    expect(ruleOf(() => boris.group.decrypt(forgePrivate(mallory, utf8('x'), { leaf: 1 })))).toBe('DECRYPTION_FAILED');
    const ahead = forgePrivate(mallory, utf8('x'), { generation: 0xfffffff0 });
    expect(codeOf(() => boris.group.decrypt(ahead))).toBe('GENERATION_TOO_FAR');
    expect(ruleOf(() => boris.group.decrypt(forgePrivate(mallory, utf8('honest'), {})))).toBe('accepted');
  });

  test('change few and small records', () => {
    const [anna, boris] = pair();
    read(boris, send(anna, 'the first one derives the ratchets'));
    const message = anna.group.encrypt(utf8('second'), none);
    const sent = anna.group.takeChanges();
    boris.group.decrypt(message);
    for (const { put, remove } of [sent, boris.group.takeChanges()]) {
      expect([...put.keys()]).toEqual(['secret/1/leaf/0/application']);
      expect(remove).toEqual([]);
      expect([...put.values()].every((record) => record.length < 100)).toBe(true);
    }
  });
});

describe('a restored group', () => {
  test('goes on where its records end, also with a commit under way', () => {
    const [anna, boris] = pair();
    const { commit } = anna.commit({ update: true });
    anna.restart();
    expect(anna.group.epoch).toBe(1);
    anna.applyMessage(commit);
    boris.applyMessage(commit);
    expect(anna.view()).toBe(boris.view());
    expect(read(boris, send(anna, 'after the restart'))).toBe('after the restart');
  });

  test('keeps the proposals that it received and the key of its own Update', () => {
    const [anna, boris] = pair();
    const update = boris.saving((group) => group.proposeUpdate());
    anna.saving((group) => group.receiveProposal(update));
    anna.restart();
    boris.restart();
    const { commit } = anna.commit({});
    for (const device of [anna, boris]) device.applyMessage(commit);
    expect(anna.view()).toBe(boris.view());
    expect(read(boris, send(anna, 'still together'))).toBe('still together');
  });

  test('never uses a generation twice if records are stored before sending', () => {
    const [anna, boris] = pair();
    const first = anna.saving((group) => group.encrypt(utf8('sent'), none));
    anna.restart();
    const second = anna.saving((group) => group.encrypt(utf8('sent next'), none));
    expect(boris.group.decrypt(first).generation).toBe(0);
    expect(boris.group.decrypt(second).generation).toBe(1);
  });

  test('from an older copy moves past its own messages when it catches up before it sends', () => {
    const [anna, boris] = pair();
    const older = anna.copyOfDisk();
    const messages = ['a', 'b', 'c'].map((text) => send(anna, text));
    const rolledBack = Group.restore(older, anna.keys);
    expect(codeOf(() => rolledBack.encrypt(utf8('d'), none))).toBe('UNCONFIRMED_STATE');
    for (const message of messages) rolledBack.decrypt(message);
    rolledBack.confirmNewest();
    const next = rolledBack.encrypt(utf8('d'), none);
    expect(boris.group.decrypt(next).generation).toBe(3);
  });

  test('from an older copy notices a commit of its own that it does not remember', () => {
    const [anna] = pair();
    const older = anna.copyOfDisk();
    const { commit } = anna.commit({ update: true });
    expect(codeOf(() => Group.restore(older, anna.keys).stage(commit))).toBe('UNKNOWN_COMMIT');
  });

  test('does not open with the key of another device, or from nothing', () => {
    const [anna, boris] = pair();
    expect(codeOf(() => Group.restore(anna.copyOfDisk(), boris.keys))).toBe('MISUSE');
    expect(codeOf(() => Group.restore(new Map(), anna.keys))).toBe('CORRUPT_STATE');
  });
});

describe('commits', () => {
  test('a staged commit is applied once, on its own epoch and by its own group', () => {
    const [anna, boris] = pair();
    const { commit, staged } = anna.commit({ update: true });
    expect(
      codeOf(() => {
        boris.group.apply(staged);
      }),
    ).toBe('MISUSE');
    anna.group.apply(staged);
    expect(
      codeOf(() => {
        anna.group.apply(staged);
      }),
    ).toBe('MISUSE');
    const other = boris.group.stage(commit);
    boris.group.discard(other);
    expect(
      codeOf(() => {
        boris.group.apply(other);
      }),
    ).toBe('MISUSE');
    boris.applyMessage(commit);
    expect(codeOf(() => boris.group.stage(commit))).toBe('WRONG_EPOCH');
    expect(boris.view()).toBe(anna.view());
  });

  test('received proposals come before application data', () => {
    const [anna, boris] = pair();
    const removal = anna.saving((group) => group.proposeSelfRemove());
    boris.group.receiveProposal(removal);
    expect(codeOf(() => boris.group.encrypt(utf8('x'), none))).toBe('PENDING_PROPOSALS');
    const { staged } = boris.group.commit({});
    expect(staged.removes.map(({ identity }) => fromUtf8(identity))).toEqual(['anna']);
    boris.group.apply(staged);
    expect(boris.group.members).toHaveLength(1);
    boris.group.encrypt(utf8('x'), none);
  });

  test('a proposal that the application drops is not committed', () => {
    const [anna, boris] = pair();
    const { ref } = boris.group.receiveProposal(anna.saving((group) => group.proposeRemove(boris.group.ownLeaf)));
    expect(boris.group.proposals).toHaveLength(1);
    boris.group.dropProposal(ref);
    expect(boris.group.proposals).toHaveLength(0);
    expect(boris.group.commit({}).staged.removes).toEqual([]);
  });

  test('a proposal that the application sets aside is not committed here, after a restart neither, and read in a commit of others', () => {
    const [anna, boris, chen] = groupOf('anna', 'boris', 'chen') as [Device, Device, Device];
    const removal = anna.saving((group) => group.proposeRemove(chen.group.ownLeaf));
    const { ref } = boris.saving((group) => group.receiveProposal(removal));
    boris.saving((group) => {
      group.setAside(ref);
    });
    boris.restart();
    expect(boris.group.proposals).toEqual([]);
    boris.group.encrypt(utf8('nothing waits'), none);
    boris.group.discard(boris.group.commit({}).staged);
    const { commit } = anna.saving((group) => group.commit({}));
    const staged = boris.group.stage(commit);
    expect(staged.removes.map(({ identity }) => fromUtf8(identity))).toEqual(['chen']);
    boris.saving((group) => {
      group.apply(staged);
    });
    expect([...boris.copyOfDisk().keys()].filter((key) => key.startsWith('aside/'))).toEqual([]);
  });

  test('a Remove by value and the same one by proposal are one', () => {
    const [anna, boris, chen] = groupOf('anna', 'boris', 'chen') as [Device, Device, Device];
    anna.group.receiveProposal(boris.saving((group) => group.proposeRemove(chen.group.ownLeaf)));
    const { staged } = anna.group.commit({ remove: [chen.group.ownLeaf] });
    expect(staged.removes.map(({ proposedBy }) => proposedBy)).toEqual([{ kind: 'member', leafIndex: 1 }]);
  });

  test('valn120406: path secrets that are not those of the path', () => {
    const [anna, boris] = pair();
    const mallory = new Forger(anna);
    const path = pathWithForeignSecrets(mallory, mallory.path());
    expect(ruleOf(() => boris.group.stage(mallory.commit([], path)))).toBe('valn120406');
  });

  test('extensions are replaced as a whole and seen before they are applied', () => {
    const [anna, boris] = pair();
    const label = utf8('{"level":"restricted"}');
    const { commit } = anna.commit({ extensions: new Map([[0xf0c1, label]]) });
    const staged = boris.group.stage(commit);
    expect(staged.extensionsAfter.get(0xf0c1)).toEqual(label);
    expect(boris.group.extension(0xf0c1)).toBeUndefined();
    boris.group.apply(staged);
    expect(boris.group.extension(0xf0c1)).toEqual(label);
  });

  test('removing oneself by one’s own commit is refused', () => {
    const [anna] = pair();
    expect(codeOf(() => anna.group.commit({ remove: [anna.group.ownLeaf] }))).toBe('INVALID_COMMIT');
  });

  test('all suites: a group is founded, grows, speaks and shrinks', () => {
    for (const id of [0x0001, 0x0003, 0x004d]) {
      const anna = new Device('anna', id);
      const boris = new Device('boris', id);
      anna.found({ groupId: randomBytes(16) });
      const { commit, welcome = none } = anna.commit({ add: [boris.keyPackage()] });
      expect(welcomeRecipients(welcome)).toHaveLength(1);
      anna.applyMessage(commit);
      boris.join(welcome);
      expect(read(boris, send(anna, 'hello'))).toBe('hello');
      expect(boris.group.cipherSuite).toBe(id);
    }
  });

  test('the hybrid suite is the default', () => {
    const anna = new Device('anna', 0x004d);
    const parameters = { identity: anna.identity, signatureKeyPair: anna.keys };
    expect(Group.create({ ...parameters, groupId: randomBytes(16) }).cipherSuite).toBe(0x004d);
    const { keyPackage } = createKeyPackage(parameters);
    expect(decodeMessageOf(keyPackage, 'keyPackage').cipherSuite).toBe(0x004d);
  });
});

describe('a Welcome by a malicious member', () => {
  const invited = (): { dina: Device; mallory: Forger; offered: ReturnType<typeof decodeMessageOf<'keyPackage'>> } => {
    const [anna] = pair();
    const dina = new Device('dina', suite);
    return { dina, mallory: new Forger(anna), offered: decodeMessageOf(dina.keyPackage(), 'keyPackage') };
  };

  test('is accepted as long as it is right', () => {
    const { dina, mallory, offered } = invited();
    dina.join(forgeWelcome(mallory, offered, {}));
    expect(dina.group.members).toHaveLength(3);
  });

  test('valn120506: into a tree without the new member', () => {
    const { dina, mallory, offered } = invited();
    const welcome = forgeWelcome(mallory, forgeKeyPackage(suite, {}), { welcomed: offered });
    expect(
      ruleOf(() => {
        dina.join(welcome);
      }),
    ).toBe('valn120506');
  });

  test('valn120507: with a path secret that is not that of the tree', () => {
    const { dina, mallory, offered } = invited();
    const pathSecrets = [1, 2, 3].map(() => randomBytes(32));
    expect(
      ruleOf(() => {
        dina.join(forgeWelcome(mallory, offered, { pathSecrets }));
      }),
    ).toBe('valn120507');
  });

  test('valn120508: with a confirmation tag of another epoch', () => {
    const { dina, mallory, offered } = invited();
    const welcome = forgeWelcome(mallory, offered, { confirmationTag: randomBytes(32) });
    expect(
      ruleOf(() => {
        dina.join(welcome);
      }),
    ).toBe('valn120508');
  });
});

test('an exported secret depends on label, context and epoch', () => {
  const [anna, boris] = pair();
  const exported = (device: Device, label: string, context: string): string =>
    toHex(device.group.exportSecret(label, utf8(context), 32));
  const first = exported(anna, 'a', 'b');
  expect(exported(boris, 'a', 'b')).toBe(first);
  expect(exported(anna, 'a', 'c')).not.toBe(first);
  expect(exported(anna, 'b', 'b')).not.toBe(first);
  commitBy(anna, [anna, boris]);
  expect(exported(anna, 'a', 'b')).not.toBe(first);
});

test('valn060301: padding that is not zero', () => {
  const [anna, boris] = pair();
  // 1000 characters and a signature are 1067 bytes, padded to 1088.
  const message = forgePadding(new Forger(anna), utf8('x'.repeat(1000)));
  expect(ruleOf(() => boris.group.decrypt(message))).toBe('valn060301');
});
