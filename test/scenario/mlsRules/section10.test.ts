import { decodeKeyPackage } from '#mls';
import { generateKemKeyPair, utf8 } from '#primitives';

import { encodeForged, forgeKeyPackage, ruleOf } from '../mls/forger.js';
import type { KeyPackageChanges } from '../mls/forger.js';
import { add, ruleScene, stranger, suite } from '../mls/ruleScene.js';

const scene = ruleScene();

function expectKeyPackage(rule: string, changes: KeyPackageChanges): void {
  const { current } = scene;
  const keyPackage = forgeKeyPackage(suite, changes);
  expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe(rule);
  current.expectProposal(rule, current.mallory.proposal({ kind: 'add', keyPackage }));
  current.expectCommit(rule, current.mallory.commit([{ kind: 'add', keyPackage }]));
}

test('valn100101: a KeyPackage of another version', () => {
  for (const version of [0, 2]) expectKeyPackage('valn100101', { content: { version } });
});

test('valn100101: a KeyPackage of another suite than the group', () => {
  const { current } = scene;
  current.expectCommit('valn100101', current.mallory.commit([add({}, 0x0001)]));
  current.expectProposal('valn100101', current.mallory.proposal(add({}, 0x004d)));
});

test('valn100102: a KeyPackage that its key did not sign', () => {
  expectKeyPackage('valn100102', { signer: stranger() });
});

test('valn100103: an init key that is the encryption key', () => {
  const { publicKey } = generateKemKeyPair('x25519');
  expectKeyPackage('valn100103', { leaf: { encryptionKey: publicKey }, content: { initKey: publicKey } });
});

describe('unknown and GREASE values change nothing', () => {
  const versions = [1, 0x0a0a];
  const capabilities = {
    versions,
    cipherSuites: [suite, 0x0a0a, 0xf0f0],
    extensions: [0x1a1a, 0xf0f0],
    proposals: [0x2a2a, 0xf0f0],
    credentials: [1, 0x3a3a, 0xf0f0],
  };

  test('in a KeyPackage and its leaf', () => {
    const { current } = scene;
    const extensions = [0x4a4a, 0xf0f1].map((type) => ({ type, data: utf8('?') }));
    const inLeaf = [0x1a1a, 0xf0f0].map((type) => ({ type, data: utf8('?') }));
    const keyPackage = forgeKeyPackage(suite, { leaf: { capabilities, extensions: inLeaf }, content: { extensions } });
    expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe('accepted');
    current.expectBelieved(current.mallory.commit([{ kind: 'add', keyPackage }]));
  });

  test('and every GREASE value is one like others', () => {
    for (let value = 0x0a0a; value <= 0xeaea; value += 0x1010) {
      const all = { ...capabilities, extensions: [value], proposals: [value], credentials: [1, value] };
      const leaf = { capabilities: all, extensions: [{ type: value, data: utf8('') }] };
      const keyPackage = forgeKeyPackage(suite, { leaf, content: { extensions: [{ type: value, data: utf8('') }] } });
      expect(ruleOf(() => decodeKeyPackage(encodeForged(keyPackage)))).toBe('accepted');
    }
  });
});
