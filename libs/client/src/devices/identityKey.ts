import { equalBytes } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { Core } from '../core.js';
import { ChanceryError } from '../errors.js';
import { loadSecret } from '../profile.js';

/** The person's identity key, as long as it is the one in force. @throws ChanceryError PAIRING_INVALID where it was replaced elsewhere */
export async function requireIdentityKey({ store, directory, profile }: Core): Promise<SigningKeyPair> {
  const identityKey = await loadSecret(store, 'identityKey');
  const known = directory.current.person(profile.personId)?.identityKey;
  if (known && equalBytes(known, identityKey.publicKey)) return identityKey;
  throw new ChanceryError('PAIRING_INVALID', 'This device does not hold the identity key that is in force.', {
    remedy: 'Use the device on which the identity key was replaced.',
  });
}
