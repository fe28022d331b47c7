import { Group, extensionTypes } from '#mls';
import type { PublicGroup } from '#mls';
import { generateKemKeyPair, randomBytes, utf8 } from '#primitives';

import { encodeOpaque, encodeWith } from '../../../libs/mls/src/codec.js';
import type { ProposalOrRef } from '../../../libs/mls/src/commit.js';
import { decodeMessageOf } from '../../../libs/mls/src/message.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { externalInit, forgeExternalCommit } from '../mls/forgedJoins.js';
import type { ExternalFaults } from '../mls/forgedJoins.js';
import { ruleOf } from '../mls/forger.js';
import { add, changeExtensions, none, remove, ruleScene, stranger, update } from '../mls/ruleScene.js';

const scene = ruleScene();

/** Boris' external commit with a fault. */
function expectExternal(rule: string, faults: ExternalFaults): void {
  scene.current.expectCommit(rule, forgeExternalCommit(scene.current.moriarty, faults));
}

/** Also where newcomers may come by external commits. */
function expectNewcomer(rule: string, faults: ExternalFaults): void {
  const commit = forgeExternalCommit(scene.current.moriarty, faults);
  const stage = (receiver: Group | PublicGroup): unknown => receiver.stage(commit, { acceptNewMembers: true });
  scene.current.expectBoth(rule, stage);
}

test('an external commit is believed as long as it is right', () => {
  scene.current.expectBelieved(forgeExternalCommit(scene.current.moriarty));
});

describe('the proposals of an external commit', () => {
  const own = remove(1);
  const listed = (...proposals: Proposal[]): ExternalFaults => ({
    listed: proposals.map(asValue),
  });

  test('valn120221: no ExternalInit, or two', () => {
    expectExternal('valn120221', listed(own));
    expectExternal('valn120221', listed(externalInit(), externalInit(), own));
  });

  test('valn120222: two Removes', () => {
    expectExternal('valn120222', listed(externalInit(), own, remove(2)));
    expectExternal('valn120222', listed(externalInit(), own, own));
  });

  test('valn120223: anything else', () => {
    const reInit = { kind: 'reinit', groupId: none, version: 1, cipherSuite: 3, extensions: [] } as const;
    for (const other of [add(), changeExtensions([]), reInit, update(scene.current.moriarty, {})]) {
      expectExternal('valn120223', listed(externalInit(), own, other));
    }
  });

  test('valn080301: a KEM output of the wrong size', () => {
    for (const length of [0, 31, 1120]) expectExternal('valn080301', listed(externalInit(length), own));
  });

  test('valn120101: the Remove of nobody', () => {
    for (const removed of [3, 0xffffffff]) expectExternal('valn120101', listed(externalInit(), remove(removed)));
  });

  test('valn120102, valn120103 and valn120205: pre-shared keys as in any commit', () => {
    const { groupId } = scene.current.chen.group;
    const psk = { kind: 'external', id: utf8('id'), nonce: randomBytes(32) } as const;
    expectExternal('valn120102', listed(externalInit(), own, { kind: 'psk', psk: { ...psk, nonce: none } }));
    const branch = { kind: 'resumption', usage: 'branch', groupId, epoch: 1n, nonce: psk.nonce } as const;
    expectExternal('valn120103', listed(externalInit(), own, { kind: 'psk', psk: branch }));
    expectExternal('valn120205', listed(externalInit(), own, { kind: 'psk', psk }, { kind: 'psk', psk }));
  });

  test('valn120422: a proposal by reference', () => {
    const { current } = scene;
    current.received(current.mallory.proposal(remove(2)), (reference) => {
      const byReference = { kind: 'reference', reference } as const;
      expectExternal('valn120422', { listed: [asValue(externalInit()), asValue(own), byReference] });
    });
  });
});

const asValue = (proposal: Proposal): ProposalOrRef => ({ kind: 'proposal', proposal });

describe('the sender of an external commit', () => {
  test('valn120421: no path, so that there is no sender', () => {
    expectExternal('valn120421', { path: () => undefined });
  });

  test('valn060101: a signature that is not by the key of the path', () => {
    expectExternal('valn060101', { messageSigner: stranger() });
  });

  test('valn120423: a newcomer, where nobody said that newcomers may come', () => {
    const signer = stranger();
    const newcomer = { proposals: [externalInit()], signer };
    expectExternal('valn120423', newcomer);
    const commit = forgeExternalCommit(scene.current.moriarty, newcomer);
    const stage = (): unknown => scene.current.publicGroup.stage(commit, { acceptNewMembers: true });
    expect(ruleOf(stage)).toBe('accepted');
  });

  test('valn120423: somebody who comes back under another signature key', () => {
    expectExternal('valn120423', { signer: stranger() });
  });

  test('valn120224: somebody who removes somebody else', () => {
    const { current } = scene;
    expectExternal('valn120224', { proposals: [externalInit(), remove(2)], signer: stranger() });
    const leaf = { credential: { kind: 'basic', identity: current.chen.identity } } as const;
    expectExternal('valn120224', { leaf });
    expectNewcomer('valn120224', { proposals: [externalInit(), remove(2)], signer: stranger() });
  });

  test('valn070309: a member that comes a second time', () => {
    expectExternal('valn070309', { proposals: [externalInit()] });
    expectNewcomer('valn070309', { proposals: [externalInit()] });
  });
});

describe('the path of an external commit', () => {
  test('valn070308 and valn120403: a key that is not new', () => {
    const { tree } = scene.current.moriarty.state;
    const resigned = (encryptionKey: Uint8Array): ExternalFaults => ({
      path: (path) => {
        const { moriarty } = scene.current;
        return { ...path, leafNode: moriarty.ownLeaf({ ...path.leafNode, encryptionKey }) };
      },
    });
    const [own, chens] = [1, 2].map((index) => tree.leaf(index as never)?.encryptionKey ?? none) as [
      Uint8Array,
      Uint8Array,
    ];
    expectExternal('valn070308', resigned(own));
    expectExternal('valn120403', resigned(chens));
  });

  test('valn070301, valn070307, valn070315 and valn070902: a leaf that is not right', () => {
    const { moriarty } = scene.current;
    const withLeaf = (changes: ExternalFaults['leaf']): ExternalFaults => ({
      path: (path) => ({ ...path, leafNode: moriarty.ownLeaf({ ...path.leafNode, ...changes }) }),
    });
    expectExternal('valn070301', {
      path: (path) => ({ ...path, leafNode: { ...path.leafNode, extensions: [{ type: 1, data: none }] } }),
    });
    expectExternal('valn070307', withLeaf({ source: { kind: 'update' } }));
    expectExternal('valn070315', withLeaf({ encryptionKey: new Uint8Array(31) }));
    expectExternal('valn070902', withLeaf({ source: { kind: 'commit', parentHash: randomBytes(32) } }));
  });

  test('valn120404: a path that is too short', () => {
    expectExternal('valn120404', { path: (path) => ({ ...path, nodes: path.nodes.slice(1) }) });
  });
});

describe('coming back by a GroupInfo', () => {
  const rejoin = (groupInfo: Uint8Array, identity = 'boris', keys = scene.current.boris.keys): string =>
    ruleOf(() => Group.rejoin({ groupInfo, identity: utf8(identity), signatureKeyPair: keys }));
  const published = (externalPub: Uint8Array | undefined): Uint8Array => {
    const { mallory, anna } = scene.current;
    const { extensions } = decodeMessageOf(anna.group.groupInfo(), 'groupInfo');
    const others = extensions.filter(({ type }) => type !== extensionTypes.externalPub);
    const own = externalPub && { type: extensionTypes.externalPub, data: encodeWith(encodeOpaque, externalPub) };
    return mallory.groupInfo(own === undefined ? others : [...others, own]);
  };

  test('a right one is accepted', () => {
    expect(rejoin(published(generateKemKeyPair('x25519').publicKey))).toBe('accepted');
  });

  test('valn120424: a GroupInfo without the external key', () => {
    expect(rejoin(published(undefined))).toBe('valn120424');
  });

  test('valn070315 and valn070316: an external key to which nobody can encrypt', () => {
    expect(rejoin(published(new Uint8Array(31)))).toBe('valn070315');
    expect(rejoin(published(new Uint8Array(32)))).toBe('valn070316');
  });

  test('valn120425: somebody who does not stand in the tree, or under another key or name', () => {
    const info = scene.current.anna.group.groupInfo();
    expect(rejoin(info, 'nobody')).toBe('valn120425');
    expect(rejoin(info, 'chen')).toBe('valn120425');
    expect(rejoin(info, 'boris', scene.current.chen.keys)).toBe('valn120425');
  });

  test('valn120502 and valn080101: a GroupInfo that is not right', () => {
    const { mallory, anna } = scene.current;
    const info = decodeMessageOf(anna.group.groupInfo(), 'groupInfo');
    expect(rejoin(mallory.groupInfo(info.extensions, { signature: randomBytes(64) }))).toBe('valn120502');
    expect(rejoin(mallory.groupInfo(info.extensions, { context: { ...info.context, version: 2 } }))).toBe('valn080101');
  });
});
