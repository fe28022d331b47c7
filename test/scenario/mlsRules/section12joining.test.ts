import { Group, createKeyPackage } from '#mls';
import { generateSigningKeyPair, randomBytes, utf8 } from '#primitives';

import type { KeyPackage } from '../../../libs/mls/src/keyPackage.js';
import { decodeMessageOf, encodeMessage } from '../../../libs/mls/src/message.js';
import type { PreSharedKeyId } from '../../../libs/mls/src/preSharedKey.js';
import type { Welcome } from '../../../libs/mls/src/welcome.js';
import { Device } from '../mls/device.js';
import { forgeWelcome, welcomeAround } from '../mls/forgedSecrets.js';
import type { WelcomeFaults } from '../mls/forgedSecrets.js';
import { forgeKeyPackage, ruleOf } from '../mls/forger.js';
import { ruleScene, stranger, suite } from '../mls/ruleScene.js';

const scene = ruleScene();

interface Invited {
  readonly dina: Device;
  readonly offered: KeyPackage;
  readonly join: (welcome: Uint8Array, ratchetTree?: Uint8Array) => string;
}

function invited(): Invited {
  const dina = new Device('dina', suite);
  const offered = decodeMessageOf(dina.keyPackage(), 'keyPackage');
  const join = (welcome: Uint8Array, ratchetTree?: Uint8Array): string =>
    ruleOf(() => {
      dina.join(welcome, ratchetTree);
    });
  return { dina, offered, join };
}

function expectForged(rule: string, faults: WelcomeFaults): void {
  const { offered, join } = invited();
  expect(join(forgeWelcome(scene.current.mallory, offered, faults))).toBe(rule);
}

const changed = (welcome: Uint8Array, changes: Partial<Welcome>): Uint8Array =>
  encodeMessage({ kind: 'welcome', body: { ...decodeMessageOf(welcome, 'welcome'), ...changes } });

test('a forged Welcome is accepted as long as it is right', () => {
  expectForged('accepted', {});
});

test('valn120501: a Welcome for another KeyPackage, or for nobody', () => {
  const { dina, offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, offered, {});
  expect(join(changed(welcome, { secrets: [] }))).toBe('valn120501');
  dina.keyPackage();
  expect(join(welcome)).toBe('valn120501');
});

test('valn120501: a Welcome, or the GroupInfo in it, of another cipher suite', () => {
  const { offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, offered, {});
  for (const cipherSuite of [0x0001, 0x004d, 0x0a0a]) {
    expect(join(changed(welcome, { cipherSuite }))).toBe('valn120501');
    const info = decodeMessageOf(scene.current.mallory.groupInfo([]), 'groupInfo');
    const foreign = { ...info, context: { ...info.context, cipherSuite } };
    expect(join(welcomeAround(offered, foreign))).toBe('valn120501');
  }
});

test('of two entries for one KeyPackage the first one counts', () => {
  const { offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, offered, {});
  const { secrets } = decodeMessageOf(welcome, 'welcome');
  const [own] = secrets;
  if (own === undefined) throw new Error('an entry');
  const spoiled = { ...own, ciphertext: { ...own.ciphertext, ciphertext: randomBytes(64) } };
  expect(join(changed(welcome, { secrets: [spoiled, own] }))).toBe('DECRYPTION_FAILED');
  expect(join(changed(welcome, { secrets: [own, spoiled] }))).toBe('accepted');
});

test('a Welcome whose GroupInfo was changed does not decrypt', () => {
  const { offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, offered, {});
  const encryptedGroupInfo = decodeMessageOf(welcome, 'welcome').encryptedGroupInfo.slice();
  encryptedGroupInfo[7] = (encryptedGroupInfo[7] ?? 0) ^ 1;
  expect(join(changed(welcome, { encryptedGroupInfo }))).toBe('DECRYPTION_FAILED');
});

test('valn120502: a GroupInfo that its signer did not sign', () => {
  expectForged('valn120502', { signedBy: stranger() });
});

test('valn120503: a tree of another hash, in the Welcome or beside it', () => {
  expectForged('valn120503', { context: { treeHash: randomBytes(32) } });
  const { offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, offered, { withoutTree: true });
  expect(join(welcome, scene.current.publicGroup.ratchetTree)).toBe('valn120503');
});

test('valn120506: a tree without the new member', () => {
  const { offered, join } = invited();
  const welcome = forgeWelcome(scene.current.mallory, forgeKeyPackage(suite, {}), { welcomed: offered });
  expect(join(welcome)).toBe('valn120506');
});

test('valn120506: a tree with another leaf under the same encryption key', () => {
  const { offered, join } = invited();
  const signer = stranger();
  const { encryptionKey } = offered.leafNode;
  const leaf = { encryptionKey, signatureKey: signer.publicKey };
  const impostor = forgeKeyPackage(suite, { leaf, leafSigner: signer, signer });
  expect(join(forgeWelcome(scene.current.mallory, impostor, { welcomed: offered }))).toBe('valn120506');
});

test('valn120507: a path secret that is not that of the tree', () => {
  expectForged('valn120507', { pathSecrets: [1, 2, 3].map(() => randomBytes(32)) });
});

test('valn120508: a confirmation tag of another epoch', () => {
  for (const length of [0, 31, 32]) expectForged('valn120508', { confirmationTag: randomBytes(length) });
});

test('valn120509: a Welcome without a tree, and none beside it', () => {
  expectForged('valn120509', { withoutTree: true });
});

test('valn120512: a Welcome into a group that the device is in', () => {
  const keys = generateSigningKeyPair();
  const { keyPackage, secrets } = createKeyPackage({ suite, identity: utf8('emil'), signatureKeyPair: keys });
  const welcome = forgeWelcome(scene.current.mallory, decodeMessageOf(keyPackage, 'keyPackage'), {});
  const join = (known: Uint8Array): string =>
    ruleOf(() =>
      Group.join({
        welcome,
        keyPackage,
        keyPackageSecrets: secrets,
        signatureKeyPair: keys,
        isMemberOf: (groupId) => Buffer.compare(groupId, known) === 0,
      }),
    );
  expect(join(scene.current.chen.group.groupId)).toBe('valn120512');
  expect(join(utf8('another'))).toBe('accepted');
});

test('valn080101 and valn080102: a context that no group can have', () => {
  expectForged('valn080101', { context: { version: 2 } });
  expectForged('valn080102', { context: { epoch: (2n ** 53n) as never } });
});

describe('pre-shared keys of a Welcome', () => {
  const secret = randomBytes(32);
  const psk = (id: Partial<PreSharedKeyId>): WelcomeFaults => ({
    psks: [{ id: { kind: 'external', id: utf8('key'), nonce: randomBytes(32), ...id } as PreSharedKeyId, secret }],
  });

  test('valn080401: a key that was not supplied', () => {
    expectForged('valn080401', psk({}));
  });

  test('valn120102: a nonce that has not the size of a hash', () => {
    for (const length of [0, 33]) expectForged('valn120102', psk({ nonce: randomBytes(length) }));
  });

  test('valn120510: two resumption keys for reinit or branch', () => {
    const { groupId } = scene.current.chen.group;
    const key = (usage: 'reinit' | 'branch'): { id: PreSharedKeyId; secret: Uint8Array } => ({
      id: { kind: 'resumption', usage, groupId, epoch: 1n, nonce: randomBytes(32) },
      secret,
    });
    expectForged('valn120510', { psks: [key('reinit'), key('branch')] });
    expectForged('valn120510', { psks: [key('branch'), key('branch')] });
  });

  test('valn120521: a Welcome that continues a group, joined without it or with another one', () => {
    const { groupId } = scene.current.chen.group;
    const continuing = psk({ kind: 'resumption', usage: 'branch', groupId, epoch: 1n });
    expectForged('valn120521', continuing);
    const other = new Device('other', suite);
    other.found({ groupId: utf8('other') });
    expect(joinFrom(other.group, continuing)).toBe('valn120521');
  });

  test('valn120522: a Welcome that continues nothing, joined with a group', () => {
    expect(joinFrom(scene.current.chen.group, {})).toBe('valn120522');
  });
});

function joinFrom(from: Group, faults: WelcomeFaults): string {
  const keys = generateSigningKeyPair();
  const { keyPackage, secrets } = createKeyPackage({ suite, identity: utf8('emil'), signatureKeyPair: keys });
  const welcome = forgeWelcome(scene.current.mallory, decodeMessageOf(keyPackage, 'keyPackage'), faults);
  return ruleOf(() => Group.join({ welcome, keyPackage, keyPackageSecrets: secrets, signatureKeyPair: keys, from }));
}

test('the signature key of another device does not join', () => {
  const offered = createKeyPackage({ suite, identity: utf8('emil'), signatureKeyPair: generateSigningKeyPair() });
  const { keyPackage, secrets: keyPackageSecrets } = offered;
  const welcome = forgeWelcome(scene.current.mallory, decodeMessageOf(keyPackage, 'keyPackage'), {});
  const { keys: signatureKeyPair } = scene.current.chen;
  expect(ruleOf(() => Group.join({ welcome, keyPackage, keyPackageSecrets, signatureKeyPair }))).toBe('MISUSE');
});
