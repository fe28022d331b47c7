import { credentialType } from './credential.js';
import type { Capabilities, LeafNode } from './leafNode.js';

/** The capabilities that rules ask all members for; default types are not listed (RFC 9420 section 7.2). */
export type CommonCapabilities = Pick<Capabilities, 'extensions' | 'proposals' | 'credentials'>;

/** What some members have in common. */
export interface Support {
  /** The credential types that at least one of them has. */
  readonly credentialsInUse: readonly number[];
  /** What every one of them lists. */
  readonly capabilities: CommonCapabilities;
}

export const supportOf = ({ credential, capabilities }: LeafNode): Support => ({
  credentialsInUse: [credentialType(credential)],
  capabilities,
});

/** Of two sets of members together; undefined stands for nobody. */
export function mergeSupport(a: Support | undefined, b: Support | undefined): Support | undefined {
  if (a === undefined || b === undefined) return a ?? b;
  return {
    credentialsInUse: [...new Set([...a.credentialsInUse, ...b.credentialsInUse])],
    capabilities: {
      extensions: intersection(a.capabilities.extensions, b.capabilities.extensions),
      proposals: intersection(a.capabilities.proposals, b.capabilities.proposals),
      credentials: intersection(a.capabilities.credentials, b.capabilities.credentials),
    },
  };
}

function intersection(a: readonly number[], b: readonly number[]): readonly number[] {
  const listed = new Set(b);
  return a.filter((type) => listed.has(type));
}
