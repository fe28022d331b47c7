import { sameBytes } from './keySet.js';
import { checkLeafNode, checkSource } from './leafValidation.js';
import { demandUniqueExtensions } from './extension.js';
import { keyPackageTbs, mls10 } from './keyPackage.js';
import type { KeyPackage } from './keyPackage.js';
import { checkLifetime } from './lifetime.js';
import type { LifetimePolicy } from './lifetime.js';
import { checkPublicKey } from './publicKey.js';
import { demand } from './rules.js';
import { verifyLastingWithLabel } from './signatureMemo.js';
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
  checkPublicKey(initKey, suite);
  demand(!sameBytes(initKey, leafNode.encryptionKey), 'valn100103');
  demandUniqueExtensions(keyPackage.extensions);
  if (lifetimes !== undefined) checkLifetime(leafNode, lifetimes);
  const tbs = keyPackageTbs(keyPackage);
  demand(verifyLastingWithLabel(leafNode.signatureKey, 'KeyPackageTBS', tbs, keyPackage.signature), 'valn100102');
  checkLeafNode(leafNode, suite, undefined);
}
