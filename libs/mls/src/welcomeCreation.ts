import { aeadEncrypt } from '#primitives';

import { encodeWith } from './codec.js';
import { wipeAll } from './derivation.js';
import { encodeGroupInfo } from './groupInfo.js';
import type { GroupInfo } from './groupInfo.js';
import { encodeGroupSecrets } from './groupSecrets.js';
import { welcomeKeys } from './keySchedule.js';
import type { ScheduledEpoch } from './memberTransition.js';
import { encryptorWithLabel } from './sealing.js';
import { suiteOf } from './suite.js';
import type { Transition } from './transition.js';
import { pathSecretFor } from './treeKem.js';
import type { CreatedPath } from './treeKem.js';
import { keyPackageRef } from './verifiedKeyPackage.js';
import type { EncryptedGroupSecrets, Welcome } from './welcome.js';

const none = new Uint8Array(0);

/** One Welcome for all members that a commit adds (RFC 9420 section 12.4.3.1). */
export function createWelcome(
  transition: Transition,
  info: GroupInfo,
  scheduled: Pick<ScheduledEpoch, 'joinerSecret' | 'memberSecret'>,
  path: CreatedPath | undefined,
): Welcome {
  const suite = suiteOf(info.context.cipherSuite);
  const { key, nonce } = welcomeKeys(scheduled.memberSecret, suite);
  const encryptedGroupInfo = aeadEncrypt(suite.aead, key, nonce, none, encodeWith(encodeGroupInfo, info));
  wipeAll(key, nonce);
  const psks = transition.proposals.flatMap(({ proposal }) => (proposal.kind === 'psk' ? [proposal.psk] : []));
  const encrypt = encryptorWithLabel(suite, 'Welcome', encryptedGroupInfo);
  const secrets = transition.added.map(({ index, keyPackage }): EncryptedGroupSecrets => {
    const pathSecret = path && pathSecretFor(path, index);
    const plaintext = encodeWith(encodeGroupSecrets, { joinerSecret: scheduled.joinerSecret, pathSecret, psks });
    const ciphertext = encrypt(keyPackage.initKey, plaintext);
    wipeAll(plaintext);
    return { newMember: keyPackageRef(keyPackage), ciphertext };
  });
  return { cipherSuite: suite.id, secrets, encryptedGroupInfo };
}
