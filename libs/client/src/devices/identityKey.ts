import type { SigningKeyPair } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { loadSecret } from '../profile.js';
import { adoptKeyInForce } from '../rotation/identityKeys.js';

/** The person's identity key, as long as it is the one in force. @throws ChanceryError PAIRING_INVALID where it was replaced elsewhere */
export async function requireIdentityKey(core: Core): Promise<SigningKeyPair> {
  if (await adoptKeyInForce(core)) return loadSecret(core.store, 'identityKey');
  throw new ChanceryError('PAIRING_INVALID', 'This device does not hold the identity key that is in force.', {
    remedy: 'Use the device on which the identity key was replaced.',
  });
}
