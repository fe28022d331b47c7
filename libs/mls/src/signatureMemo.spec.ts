import { createSigner, generateSigningKeyPair, ready, utf8 } from '#primitives';

import { signWithLabel } from './sealing.js';
import { verifyLastingWithLabel } from './signatureMemo.js';

beforeAll(ready);

test('a signature that verified verifies again, and nothing that differs from it does', () => {
  const pair = generateSigningKeyPair();
  const other = generateSigningKeyPair();
  const content = utf8('leaf');
  const signature = signWithLabel(createSigner(pair.privateKey), 'LeafNodeTBS', content);
  for (let round = 0; round < 2; round++) {
    expect(verifyLastingWithLabel(pair.publicKey, 'LeafNodeTBS', content, signature)).toBe(true);
    expect(verifyLastingWithLabel(other.publicKey, 'LeafNodeTBS', content, signature)).toBe(false);
    expect(verifyLastingWithLabel(pair.publicKey, 'KeyPackageTBS', content, signature)).toBe(false);
    expect(verifyLastingWithLabel(pair.publicKey, 'LeafNodeTBS', utf8('leaF'), signature)).toBe(false);
    const changed = signature.map((byte, at) => (at === 63 ? byte ^ 1 : byte));
    expect(verifyLastingWithLabel(pair.publicKey, 'LeafNodeTBS', content, changed)).toBe(false);
    expect(verifyLastingWithLabel(pair.publicKey.subarray(1), 'LeafNodeTBS', content, signature)).toBe(false);
    expect(verifyLastingWithLabel(pair.publicKey, 'LeafNodeTBS', content, signature.subarray(1))).toBe(false);
  }
});
