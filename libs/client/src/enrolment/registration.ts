import { ClaimInvitationDocument, EnterFirstDeviceDocument, FoundMinistryDocument } from '#contracts';
import type { ClaimInvitationInput, FoundMinistryInput } from '#contracts';
import type { SigningKeyPair } from '#primitives';

import { ChanceryError, hasCode } from '../errors.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import { loadSetting, removeSetting, saveProfile, saveSecret, saveSetting } from '../profile.js';
import type { Profile } from '../profile.js';
import { migrate } from '../schema.js';

/** Key of the setting that holds a registration until the server has surely taken it. */
const REGISTRATION = 'registration';

/** How this device makes itself known to the server, once. Stored before it is sent, so that it can be sent again. */
export type Registration =
  | { readonly kind: 'found'; readonly input: FoundMinistryInput }
  | { readonly kind: 'claim'; readonly input: ClaimInvitationInput }
  /** The first device under an identity key that two officers have put in force, or will; base64. */
  | { readonly kind: 'identity'; readonly addDevice: string };

/**
 * Sends what is still to be sent. A second attempt after a lost answer may hear that the link was used: by this very request, as opening a
 * session will show. The same founding again is taken as it was: where ALREADY_FOUNDED is the answer, it was by others.
 * @throws ChanceryError LINK_EXPIRED, FOUNDING_TOKEN_INVALID, ALREADY_FOUNDED, SERVER_UNREACHABLE …
 */
export async function sendRegistration(store: Store, transport: Transport, isRetry: boolean): Promise<void> {
  const registration = (await store.read((sql) => loadSetting(sql, REGISTRATION))) as Registration | undefined;
  if (!registration) return;
  try {
    await submit(transport, registration);
  } catch (error) {
    if (registration.kind === 'identity' && hasCode(error, 'UNAUTHENTICATED')) throw waiting(error);
    if (!isRetry || !hasCode(error, 'LINK_USED')) throw error;
  }
  await store.transaction((sql) => removeSetting(sql, REGISTRATION));
}

function waiting(cause: unknown): ChanceryError {
  return new ChanceryError('UNAUTHENTICATED', 'Your new identity key waits for two officers.', {
    remedy: 'Give them the text and the number of the request, then try again.',
    cause,
  });
}

async function submit(transport: Transport, registration: Registration): Promise<void> {
  if (registration.kind === 'found') await transport.execute(FoundMinistryDocument, { input: registration.input });
  else if (registration.kind === 'identity') await transport.execute(EnterFirstDeviceDocument, registration);
  else await transport.execute(ClaimInvitationDocument, { input: registration.input });
}

/** Writes who a first device is into a new vault, with what makes it known still to be sent. */
export function fillFirst(
  profile: Profile,
  identity: SigningKeyPair,
  device: SigningKeyPair,
  registration: Registration,
): (store: Store) => Promise<void> {
  return async (store) => {
    await migrate(store);
    await store.transaction(async (sql) => {
      await saveProfile(sql, profile);
      await saveSecret(sql, 'identityKey', identity);
      await saveSecret(sql, 'deviceKey', device);
      await saveSetting(sql, REGISTRATION, registration);
    });
  };
}
