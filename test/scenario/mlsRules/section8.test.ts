import { PublicGroup, extensionTypes } from '#mls';
import { randomBytes, utf8 } from '#primitives';

import { epochOf } from '../../../libs/mls/src/brand.js';
import type { GroupContext } from '../../../libs/mls/src/groupContext.js';
import type { PreSharedKeyId } from '../../../libs/mls/src/preSharedKey.js';
import { forgePrivate } from '../mls/forgedSecrets.js';
import { ruleOf } from '../mls/forger.js';
import { add, none, ruleScene } from '../mls/ruleScene.js';

const scene = ruleScene();

describe('group contexts', () => {
  const published = (changes: Partial<GroupContext>): Uint8Array => {
    const { state } = scene.current.mallory;
    const tree = { type: extensionTypes.ratchetTree, data: state.tree.encode() };
    return scene.current.mallory.groupInfo([tree], { context: { ...state.context, ...changes } });
  };
  const last = BigInt(Number.MAX_SAFE_INTEGER);

  test('valn080101: a group of another version', () => {
    for (const version of [0, 2, 0x0a0a]) {
      expect(ruleOf(() => PublicGroup.fromGroupInfo(published({ version })))).toBe('valn080101');
    }
  });

  test('valn080102: an epoch that numbers can’t tell from others', () => {
    for (const epoch of [last + 1n, 2n ** 64n - 1n]) {
      expect(ruleOf(() => PublicGroup.fromGroupInfo(published({ epoch: epochOf(epoch) })))).toBe('valn080102');
    }
  });

  test('valn080102: a commit out of the last epoch that can be told', () => {
    const late = PublicGroup.fromGroupInfo(published({ epoch: epochOf(last) }));
    expect(late.epoch).toBe(Number.MAX_SAFE_INTEGER);
    const commit = scene.current.mallory.at({ epoch: epochOf(last) }).commit([add()]);
    expect(ruleOf(() => late.stage(commit))).toBe('valn080102');
  });

  test('a GroupInfo for a cipher suite that is not known is refused as such', () => {
    expect(ruleOf(() => PublicGroup.fromGroupInfo(published({ cipherSuite: 0x0a0a })))).toBe('UNSUPPORTED');
  });
});

describe('pre-shared keys', () => {
  const nonce = randomBytes(32);
  const resumption = (changes: Partial<Extract<PreSharedKeyId, { kind: 'resumption' }>>): PreSharedKeyId => ({
    kind: 'resumption',
    usage: 'application',
    groupId: scene.current.chen.group.groupId,
    epoch: 1n,
    nonce,
    ...changes,
  });

  test('valn080401: an external key that was not supplied', () => {
    const psk = { kind: 'external', id: utf8('key'), nonce } as const;
    scene.current.expectMember('valn080401', scene.current.mallory.commit([{ kind: 'psk', psk }]));
  });

  test('valn080401: a resumption key of another group, of an epoch to come, or of one before joining', () => {
    const { mallory } = scene.current;
    for (const changes of [{ groupId: utf8('another') }, { epoch: 4n }, { epoch: 2n ** 64n - 1n }, { epoch: 0n }]) {
      scene.current.expectMember('valn080401', mallory.commit([{ kind: 'psk', psk: resumption(changes) }]));
    }
    scene.current.expectBelieved(mallory.commit([{ kind: 'psk', psk: resumption({}) }]));
  });
});

describe('message keys', () => {
  test('valn090101: a message that was read before', () => {
    const { boris, chen } = scene.current;
    const message = boris.saving((group) => group.encrypt(utf8('once'), none));
    chen.saving((group) => group.decrypt(message));
    expect(ruleOf(() => chen.group.decrypt(message))).toBe('valn090101');
  });

  test('valn090201: a message of an epoch before joining', () => {
    const { mallory, chen, boris } = scene.current;
    const message = forgePrivate(mallory.at({ epoch: epochOf(0) }), utf8('x'), {});
    expect(ruleOf(() => chen.group.decrypt(message))).toBe('valn090201');
    expect(ruleOf(() => boris.group.decrypt(message))).toBe('valn090201');
  });

  test('valn150301: a generation far ahead, for which billions of keys would have to be derived', () => {
    const { mallory, chen } = scene.current;
    for (const generation of [1001, 0xfffffff0, 0xffffffff]) {
      const message = forgePrivate(mallory, utf8('x'), { generation });
      expect(ruleOf(() => chen.group.decrypt(message))).toBe('valn150301');
    }
  });
});
