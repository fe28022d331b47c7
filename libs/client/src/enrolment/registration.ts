import { ClaimInvitationDocument, FoundMinistryDocument } from '#contracts';
import type { ClaimInvitationInput, FoundMinistryInput } from '#contracts';

import { hasCode } from '../errors.js';
import type { Store } from '../ports/store.js';
import type { Transport } from '../ports/transport.js';
import { loadSetting, removeSetting } from '../profile.js';

/** Key of the setting that holds a registration until the server has surely taken it. */
export const REGISTRATION = 'registration';

/** How this device makes itself known to the server, once. Stored before it is sent, so that it can be sent again. */
export type Registration =
  | { readonly kind: 'found'; readonly input: FoundMinistryInput }
  | { readonly kind: 'claim'; readonly input: ClaimInvitationInput };

/**
 * Sends what is still to be sent. A second attempt after a lost answer may hear that the link was used, or the ministry founded: by
 * this very request, as opening a session will show.
 * @throws ChanceryError LINK_EXPIRED, FOUNDING_TOKEN_INVALID, SERVER_UNREACHABLE …
 */
export async function sendRegistration(store: Store, transport: Transport, isRetry: boolean): Promise<void> {
  const registration = (await store.read((sql) => loadSetting(sql, REGISTRATION))) as Registration | undefined;
  if (!registration) return;
  try {
    await submit(transport, registration);
  } catch (error) {
    if (!isRetry || !hasCode(error, 'LINK_USED', 'ALREADY_FOUNDED')) throw error;
  }
  await store.transaction((sql) => removeSetting(sql, REGISTRATION));
}

async function submit(transport: Transport, registration: Registration): Promise<void> {
  if (registration.kind === 'found') await transport.execute(FoundMinistryDocument, { input: registration.input });
  else await transport.execute(ClaimInvitationDocument, { input: registration.input });
}
