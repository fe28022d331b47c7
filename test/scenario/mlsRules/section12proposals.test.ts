import { extensionTypes } from '#mls';
import { generateKemKeyPair, randomBytes, utf8 } from '#primitives';

import { encodeWith } from '../../../libs/mls/src/codec.js';
import { encodeExternalSenders } from '../../../libs/mls/src/extension.js';
import type { PreSharedKeyId } from '../../../libs/mls/src/preSharedKey.js';
import type { Proposal } from '../../../libs/mls/src/proposal.js';
import { add, changeExtensions, none, remove, ruleScene, stranger, suite, update } from '../mls/ruleScene.js';

const scene = ruleScene();

const nonce = randomBytes(32);
const external: PreSharedKeyId = { kind: 'external', id: utf8('id'), nonce };
const psk = (id: PreSharedKeyId): Proposal => ({ kind: 'psk', psk: id });
const reInit = { kind: 'reinit', groupId: utf8('next'), version: 1, cipherSuite: suite, extensions: [] } as const;

/** Refused when it comes by itself, and in a commit. */
function expectProposed(rule: string, proposal: Proposal): void {
  scene.current.expectProposal(rule, scene.current.mallory.proposal(proposal));
  scene.current.expectCommit(rule, scene.current.mallory.commit([proposal]));
}

describe('each proposal by itself', () => {
  test('valn120101: a Remove of nobody', () => {
    for (const removed of [3, 4, 0xffffffff]) expectProposed('valn120101', remove(removed));
  });

  test('valn120102: a pre-shared key whose nonce has not the size of a hash', () => {
    for (const length of [0, 31, 33]) expectProposed('valn120102', psk({ ...external, nonce: randomBytes(length) }));
  });

  test('valn120103: resumption keys that belong to other operations', () => {
    const { groupId } = scene.current.chen.group;
    for (const usage of ['reinit', 'branch'] as const) {
      expectProposed('valn120103', psk({ kind: 'resumption', usage, groupId, epoch: 1n, nonce }));
    }
  });

  test('valn120104: a ReInit to an older version', () => {
    expectProposed('valn120104', { ...reInit, version: 0 });
  });

  test('valn120121: a ReInit to a version that nobody here speaks', () => {
    for (const version of [2, 0x0a0a]) expectProposed('valn120121', { ...reInit, version });
  });

  test('valn120105: an external sender with a key that is none of the suite', () => {
    for (const length of [0, 31, 65]) {
      const credential = { kind: 'basic', identity: utf8('server') } as const;
      const data = encodeWith(encodeExternalSenders, [{ signatureKey: new Uint8Array(length), credential }]);
      const extensions = [{ type: extensionTypes.externalSenders, data }];
      expectProposed('valn120105', changeExtensions(extensions));
      expectProposed('valn120105', { ...reInit, extensions });
    }
  });

  test('extensions that MLS itself could not read, or one twice, are refused (valn020102, valn070312)', () => {
    const malformed = { type: extensionTypes.externalSenders, data: Uint8Array.of(5) };
    const required = { type: extensionTypes.requiredCapabilities, data: Uint8Array.of(2, 1) };
    for (const extension of [malformed, required]) {
      expectProposed('valn020102', changeExtensions([extension]));
      expectProposed('valn020102', { ...reInit, extensions: [extension] });
    }
    const twice = [1, 2].map((value) => ({ type: 0xf0c1, data: Uint8Array.of(value) }));
    expectProposed('valn070312', changeExtensions(twice));
    expectProposed('valn070312', { ...reInit, extensions: twice });
  });

  test('a proposal type that is not known is no message, GREASE or not (valn020105)', () => {
    for (const type of [0, 8, 0x0a0a, 0xf0f0]) {
      const message = scene.current.mallory.proposal(remove(1));
      const at = message.length - (4 + 1 + 64 + 1 + 32) - 3;
      const bytes = message.slice();
      expect([...bytes.subarray(at, at + 2)]).toEqual([0, 3]);
      bytes.set([type >> 8, type & 0xff], at);
      scene.current.expectProposal('valn020105', bytes);
    }
  });
});

describe('the list of a commit', () => {
  const fresh = (): { encryptionKey: Uint8Array } => ({ encryptionKey: generateKemKeyPair('x25519').publicKey });
  const reference = (ref: Uint8Array): { kind: 'reference'; reference: Uint8Array } => ({
    kind: 'reference',
    reference: ref,
  });

  test('valn120201: a commit of the committer’s own Update, by value or by reference', () => {
    const { current } = scene;
    const { mallory } = current;
    const own = update(mallory, fresh());
    current.expectCommit('valn120201', mallory.commit([own]));
    current.received(mallory.proposal(own), (ref) => {
      current.expectCommit('valn120201', mallory.rawCommit({ proposals: [reference(ref)], path: undefined }));
    });
  });

  test('valn120202: a committer that removes itself, or lets itself be removed', () => {
    const { current } = scene;
    const { mallory, externalSigner } = current;
    current.expectCommit('valn120202', mallory.commit([remove(0)]));
    const removal = mallory.proposal(remove(0), { sender: { kind: 'external', index: 0 } }, externalSigner);
    current.received(removal, (ref) => {
      current.expectCommit('valn120202', mallory.rawCommit({ proposals: [reference(ref)], path: undefined }));
    });
  });

  test('valn120203: two Removes of one leaf, or an Update and a Remove', () => {
    const { current } = scene;
    const { mallory, moriarty } = current;
    current.expectCommit('valn120203', mallory.commit([remove(1), remove(1)]));
    current.received(moriarty.proposal(update(moriarty, fresh())), (ref) => {
      const removal = { kind: 'proposal', proposal: remove(1) } as const;
      for (const proposals of [
        [reference(ref), removal],
        [removal, reference(ref)],
        [reference(ref), reference(ref)],
      ]) {
        current.expectCommit('valn120203', mallory.rawCommit({ proposals, path: undefined }));
      }
    });
  });

  test('valn120204: one client twice', () => {
    const { current } = scene;
    const signer = stranger();
    const twin = (): Proposal => add({ leaf: { signatureKey: signer.publicKey }, leafSigner: signer, signer });
    current.expectCommit('valn120204', current.mallory.commit([twin(), twin()]));
  });

  test('valn120205: a pre-shared key twice', () => {
    const { current } = scene;
    current.expectCommit('valn120205', current.mallory.commit([psk(external), psk(external)]));
  });

  test('valn120206: two changes of the extensions', () => {
    const { current } = scene;
    current.expectCommit('valn120206', current.mallory.commit([changeExtensions([]), changeExtensions([])]));
  });

  test('valn120207: a ReInit among other proposals', () => {
    const { current } = scene;
    for (const other of [add(), remove(1), psk(external), reInit, changeExtensions([])]) {
      current.expectCommit('valn120207', current.mallory.commit([reInit, other]));
      current.expectCommit('valn120207', current.mallory.commit([other, reInit]));
    }
  });

  test('valn120208: ExternalInit by a member', () => {
    expectProposed('valn120208', { kind: 'externalInit', kemOutput: randomBytes(32) });
    expectProposed('valn120208', { kind: 'externalInit', kemOutput: none });
  });
});
