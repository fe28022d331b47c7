import { sameBytes, checkLeafNode, checkSource } from './leafValidation.js';
import { verifyWithLabel } from './labels.js';
import { demandUniqueExtensions } from './extension.js';
import { keyPackageTbs, mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { checkLifetime } from './lifetime.js';
import type { LifetimePolicy } from './lifetime.js';
import { demand } from './rules.js';
import type { CipherSuite } from './suite.js';

/** RFC 9420 section 10.1, without what depends on a group. @throws MlsError */
export function checkKeyPackage(
  keyPackage: KeyPackage,
  suite: CipherSuite,
  lifetimes: LifetimePolicy | undefined,
): void {
  const { leafNode, initKey } = keyPackage;
  demand(keyPackage.version === mls10 && keyPackage.cipherSuite === suite.id, 'valn100101');
  checkSource(leafNode, 'keyPackage');
  demand(initKey.length === suite.publicKeyLength, 'valn070315');
  demand(!sameBytes(initKey, leafNode.encryptionKey), 'valn100103');
  demandUniqueExtensions(keyPackage.extensions);
  if (lifetimes !== undefined && leafNode.source.kind === 'keyPackage') {
    checkLifetime(leafNode.source.lifetime, lifetimes);
  }
  const tbs = keyPackageTbs(keyPackage);
  demand(verifyWithLabel(leafNode.signatureKey, 'KeyPackageTBS', tbs, keyPackage.signature), 'valn100102');
  checkLeafNode(leafNode, suite, undefined);
}
