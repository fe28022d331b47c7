import { randomBytes } from '#primitives';

import { credentialTypes } from './credential.js';
import { extensionTypes } from './extension.js';
import type { Extension } from './extension.js';
import { mls10 } from './keyPackage.js';
import type { Capabilities } from './leafNode.js';
import { suiteIds } from './suite.js';

/** What this library and Chancery support, without GREASE. */
const supported: Capabilities = {
  versions: [mls10],
  cipherSuites: suiteIds,
  extensions: [extensionTypes.lastResort, extensionTypes.chanceryLabel],
  proposals: [],
  credentials: [credentialTypes.basic],
};

/**
 * With a random GREASE value in each list, so that peers that choke on unknown values are found (RFC 9420 section 13.5).
 * Credentials are the application's to judge (section 5.3.1), so it may name others than basic ones.
 * @param extension the GREASE type of the leaf's own extension, which has to be listed
 */
export function advertisedCapabilities(
  extension: number,
  credentials: readonly number[] = supported.credentials,
): Capabilities {
  return {
    versions: supported.versions,
    cipherSuites: [...supported.cipherSuites, grease()],
    extensions: [...supported.extensions, extension],
    proposals: [...supported.proposals, grease()],
    credentials: [...credentials, grease()],
  };
}

/** For lists of extensions whose unknown types every receiver has to ignore (RFC 9420 section 13.4). */
export const greaseExtension = (): Extension => ({ type: grease(), data: randomBytes(4) });

/** One of 0x0A0A, 0x1A1A … 0xEAEA. */
function grease(): number {
  return 0x0a0a + 0x1010 * ((randomBytes(1)[0] ?? 0) % 15);
}
