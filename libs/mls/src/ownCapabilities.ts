import { randomBytes } from '#primitives';

import { credentialTypes } from './credential.js';
import { extensionTypes } from './extension.js';
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

/** With a random GREASE value in each list, so that peers that choke on unknown values are found (RFC 9420 section 13.5). */
export function advertisedCapabilities(): Capabilities {
  return {
    versions: supported.versions,
    cipherSuites: [...supported.cipherSuites, grease()],
    extensions: [...supported.extensions, grease()],
    proposals: [...supported.proposals, grease()],
    credentials: [...supported.credentials, grease()],
  };
}

/** One of 0x0A0A, 0x1A1A … 0xEAEA. */
export function grease(): number {
  return 0x0a0a + 0x1010 * ((randomBytes(1)[0] ?? 0) % 15);
}
