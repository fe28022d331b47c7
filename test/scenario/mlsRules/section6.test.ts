import { createKeyPackage, envelopeOf } from '#mls';
import { generateSigningKeyPair, randomBytes, utf8 } from '#primitives';
import type { Signer } from '#primitives';

import { decodeMessageOf, encodeMessage } from '../../../libs/mls/src/message.js';
import type { PrivateMessage, PublicMessage } from '../../../libs/mls/src/framing.js';
import { forgePrivate } from '../mls/forgedSecrets.js';
import { ruleOf } from '../mls/forger.js';
import { add, none, remove, ruleScene, stranger, update } from '../mls/ruleScene.js';

const scene = ruleScene();

const asExternal = { sender: { kind: 'external', index: 0 } } as const;

/** The order of the group of Ed25519, 32 bytes little-endian. */
const order = 2n ** 252n + 27742317777372353535851937790883648493n;

/** Signs rightly, but says S + L instead of S, which an equation without a look at the range would take as well. */
function malleable(signer: Signer): Signer {
  return {
    ...signer,
    sign: (message) => {
      const signature = signer.sign(message);
      let carried = order;
      for (let at = 32; at < 64; at++) {
        const sum = BigInt(signature[at] ?? 0) + (carried & 0xffn) + (carried & (2n ** 300n));
        signature[at] = Number(sum & 0xffn);
        carried = (carried >> 8n) + (sum >> 8n);
      }
      return signature;
    },
  };
}

test('the forger is believed as long as it breaks no rule', () => {
  const { current } = scene;
  current.expectBelieved(current.mallory.commit([add()]));
  expect(
    ruleOf(() => current.publicGroup.stage(current.mallory.commit([remove(1)], current.mallory.path([remove(1)])))),
  ).toBe('accepted');
});

describe('every message', () => {
  const ofBoris = (changes: Partial<PrivateMessage>): Uint8Array => {
    const message = scene.current.boris.saving((group) => group.encrypt(utf8('x'), none));
    return encodeMessage({
      kind: 'privateMessage',
      body: { ...decodeMessageOf(message, 'privateMessage'), ...changes },
    });
  };
  const expectPrivate = (rule: string, message: Uint8Array): void => {
    expect(ruleOf(() => scene.current.chen.group.decrypt(message))).toBe(rule);
  };

  test('valn060001: a message for another group', () => {
    const { current } = scene;
    current.expectProposal('valn060001', current.mallory.proposal(remove(1), { groupId: utf8('another') }));
    expectPrivate('valn060001', ofBoris({ groupId: utf8('another') }));
  });

  test('valn060002: a handshake message of an epoch that is over or to come', () => {
    const { current } = scene;
    const { epoch } = current.mallory.state.context;
    for (const other of [epoch - 1n, epoch + 1n, 2n ** 64n - 1n]) {
      current.expectProposal('valn060002', current.mallory.proposal(remove(1), { epoch: other as typeof epoch }));
    }
    const message = ofBoris({ contentType: 'commit', epoch: (epoch - 1n) as typeof epoch });
    expect(ruleOf(() => current.chen.group.stage(message))).toBe('valn060002');
  });

  test('valn060003: application data in a PublicMessage', () => {
    const { current } = scene;
    const message = current.mallory.message({ kind: 'application', data: utf8('x') });
    current.expectBoth('valn060003', (receiver) => receiver.stage(message));
    current.expectProposal('valn060003', message);
  });

  test('valn060303: a message of an epoch that is not reached', () => {
    const { epoch } = decodeMessageOf(ofBoris({}), 'privateMessage');
    expectPrivate('valn060303', ofBoris({ epoch: (epoch + 1n) as typeof epoch }));
    expectPrivate('valn060303', ofBoris({ epoch: (2n ** 64n - 1n) as typeof epoch }));
  });
});

describe('senders', () => {
  test('valn060004: a sender that is no member', () => {
    const { current } = scene;
    for (const leaf of [3, 4, 0xffffffff]) {
      const message = current.mallory.proposal(remove(1), { sender: { kind: 'member', leaf } });
      current.expectProposal('valn060004', message);
    }
  });

  test('valn060101: a message signed with the key of somebody else', () => {
    const { current } = scene;
    const { mallory } = current;
    current.expectProposal('valn060101', mallory.proposal(remove(1), {}, stranger()));
    current.expectProposal('valn060101', mallory.proposal(remove(1), { sender: { kind: 'member', leaf: 1 } }));
    current.expectProposal('valn060101', mallory.proposal(remove(1), asExternal));
    current.expectCommit('valn060101', mallory.message(emptyCommit(), {}, stranger()));
  });

  test('valn060101: a second form of a right signature', () => {
    const { current } = scene;
    current.expectProposal('valn060101', current.mallory.proposal(remove(1), {}, malleable(current.mallory.signer)));
  });

  test('valn060101: a signature under a wrong label or for another group', () => {
    const { current } = scene;
    const { mallory } = current;
    const body = decodeMessageOf(mallory.proposal(remove(1)), 'publicMessage');
    const elsewhere = mallory.at({ confirmedTranscriptHash: randomBytes(32) });
    const { auth } = decodeMessageOf(elsewhere.proposal(remove(1)), 'publicMessage');
    current.expectProposal('valn060101', mallory.tagged({ ...body, auth }));
    const unlabelled: Signer = { ...mallory.signer, sign: (message) => mallory.signer.sign(message.subarray(1)) };
    current.expectProposal('valn060101', mallory.proposal(remove(1), {}, unlabelled));
  });

  test('valn060102: an external sender that proposes what only members may', () => {
    const { current } = scene;
    const { mallory, externalSigner } = current;
    current.expectProposal('valn060102', mallory.proposal(update(mallory, {}), asExternal, externalSigner));
    const init = { kind: 'externalInit', kemOutput: randomBytes(32) } as const;
    current.expectProposal('valn060102', mallory.proposal(init, asExternal, externalSigner));
  });

  test('valn060103: a new member that proposes a Remove', () => {
    const { current } = scene;
    const sender = { kind: 'newMemberProposal' } as const;
    current.expectProposal('valn060103', current.mallory.proposal(remove(1), { sender }));
  });

  test('valn060104: an external sender that is not listed', () => {
    const { current } = scene;
    for (const index of [1, 0xffffffff]) {
      const sender = { kind: 'external', index } as const;
      const message = current.mallory.proposal(remove(1), { sender }, current.externalSigner);
      current.expectProposal('valn060104', message);
    }
  });

  test('valn060105: content that the sender may not send', () => {
    const { current } = scene;
    const { mallory, externalSigner, chen, boris } = current;
    current.expectCommit('valn060105', mallory.message(emptyCommit(), asExternal, externalSigner));
    const sender = { kind: 'newMemberProposal' } as const;
    current.expectCommit('valn060105', mallory.message(emptyCommit(), { sender }));
    const proposal = { kind: 'proposal', proposal: remove(1) } as const;
    current.expectCommit('valn060105', mallory.message(proposal));
    current.expectProposal('valn060105', mallory.message(emptyCommit()));
    const application = boris.saving((group) => group.encrypt(utf8('x'), none));
    expect(envelopeOf(application).contentType).toBe('application');
    expect(ruleOf(() => chen.group.stage(application))).toBe('valn060105');
    expect(ruleOf(() => chen.group.receiveProposal(application))).toBe('valn060105');
  });

  test('valn060107: a new member that asks for itself, where nobody said that it may', () => {
    const { current } = scene;
    const signer = stranger();
    const own = add({ leaf: { signatureKey: signer.publicKey }, leafSigner: signer, signer });
    const message = current.mallory.proposal(own, { sender: { kind: 'newMemberProposal' } }, signer);
    current.expectProposal('valn060107', message);
    const copy = current.publicGroupCopy();
    expect(copy.addProposal(message, { acceptNewMembers: true }).proposedBy).toEqual({ kind: 'newMember' });
  });

  test('valn060101: an Add by a new member whose KeyPackage is of somebody else', () => {
    const { current } = scene;
    const { keyPackage } = createKeyPackage({
      suite: current.boris.suite,
      identity: utf8('victim'),
      signatureKeyPair: generateSigningKeyPair(),
    });
    const stolen = { kind: 'add', keyPackage: decodeMessageOf(keyPackage, 'keyPackage') } as const;
    const message = current.mallory.proposal(stolen, { sender: { kind: 'newMemberProposal' } }, stranger());
    current.expectProposal('valn060101', message);
  });
});

describe('tags', () => {
  const spoiled = (changes: Partial<PublicMessage>): Uint8Array => {
    const body = decodeMessageOf(scene.current.mallory.proposal(remove(1)), 'publicMessage');
    return encodeMessage({ kind: 'publicMessage', body: { ...body, ...changes } });
  };

  test('valn060106: a confirmation tag of another key schedule', () => {
    scene.current.expectMember('valn060106', scene.current.mallory.commit([add()]));
  });

  test('valn060201: a membership tag that is not of this epoch, or of the wrong size', () => {
    const { chen, mallory } = scene.current;
    const body = decodeMessageOf(mallory.proposal(remove(1)), 'publicMessage');
    const right = body.membershipTag ?? none;
    for (const membershipTag of [new Uint8Array(32), none, right.subarray(1)]) {
      expect(ruleOf(() => chen.group.receiveProposal(spoiled({ membershipTag })))).toBe('valn060201');
    }
    expect(chen.group.takeChanges()).toEqual({ put: new Map(), remove: [] });
  });

  test('a tag too many or too few is no message (valn020102, valn020104)', () => {
    const { current } = scene;
    const { mallory, externalSigner } = current;
    const tag = { membershipTag: new Uint8Array(32) };
    const outside = decodeMessageOf(mallory.proposal(remove(1), asExternal, externalSigner), 'publicMessage');
    const tooMany = encodeMessage({ kind: 'publicMessage', body: { ...outside, ...tag } });
    current.expectProposal('valn020104', tooMany);
    current.expectProposal('valn020102', spoiled({ membershipTag: undefined }));
    const commit = decodeMessageOf(mallory.commit([add()]), 'publicMessage');
    const unconfirmed = { ...commit, auth: { ...commit.auth, confirmationTag: undefined }, membershipTag: undefined };
    current.expectCommit('valn020102', encodeMessage({ kind: 'publicMessage', body: unconfirmed }));
    const confirmed = spoiled({ auth: { signature: randomBytes(64), confirmationTag: new Uint8Array(32) } });
    current.expectProposal('valn020104', confirmed);
  });
});

test('valn060302: sender data that name a blank leaf or none', () => {
  const { chen, mallory } = scene.current;
  for (const leaf of [3, 9, 0xffffffff]) {
    expect(ruleOf(() => chen.group.decrypt(forgePrivate(mallory, utf8('x'), { leaf })))).toBe('valn060302');
  }
});

function emptyCommit(): Parameters<typeof scene.current.mallory.message>[0] {
  return { kind: 'commit', commit: { proposals: [], path: undefined } };
}
