import { credentialType } from './credential.js';
import {
  demandUniqueExtensions,
  isDefaultExtension,
  requiredCapabilitiesOf,
  type Extension,
  type RequiredCapabilities,
} from './extension.js';
import { mls10 } from './keyPackage.js';
import { leafNodeTbs } from './leafNode.js';
import type { LeafNode, LeafNodeSource, LeafPlace } from './leafNode.js';
import { isDefaultProposal } from './proposal.js';
import { checkPublicKey } from './publicKey.js';
import type { RatchetTree } from './ratchetTree.js';
import { demand } from './rules.js';
import { verifyLastingWithLabel } from './signatureMemo.js';
import { signatureKeyLength } from './suite.js';
import type { CipherSuite } from './suite.js';
import type { CommonCapabilities } from './support.js';

/** What a leaf says about itself, whatever group it stands in. @throws MlsError valn0702…, valn0703… */
export function checkLeafNode(leaf: LeafNode, suite: CipherSuite, place: LeafPlace | undefined): void {
  checkLeafNodeShape(leaf, suite);
  demand(
    verifyLastingWithLabel(leaf.signatureKey, 'LeafNodeTBS', leafNodeTbs(leaf, place), leaf.signature),
    'valn070301',
  );
}

function checkLeafNodeShape(leaf: LeafNode, suite: CipherSuite): void {
  const { capabilities, extensions } = leaf;
  demand(capabilities.versions.includes(mls10) && capabilities.cipherSuites.includes(suite.id), 'valn070314');
  demand(leaf.signatureKey.length === signatureKeyLength, 'valn070315');
  checkPublicKey(leaf.encryptionKey, suite);
  demandUniqueExtensions(extensions);
  const supports = supporterOf(capabilities.extensions, isDefaultExtension);
  demand(
    extensions.every(({ type }) => supports(type)),
    'valn070306',
  );
  demand(capabilities.credentials.includes(credentialType(leaf.credential)), 'valn070311');
}

/** @throws MlsError valn070307 */
export function checkSource(leaf: LeafNode, kind: LeafNodeSource['kind']): void {
  demand(leaf.source.kind === kind, 'valn070307');
}

/** Of lists that somebody else wrote: both they and what is asked for may be long. */
function supporterOf(listed: readonly number[], isDefault: (type: number) => boolean): (type: number) => boolean {
  const supported = new Set(listed);
  return (type) => isDefault(type) || supported.has(type);
}

function meets(capabilities: CommonCapabilities, required: RequiredCapabilities): boolean {
  return (
    required.extensions.every(supporterOf(capabilities.extensions, isDefaultExtension)) &&
    required.proposals.every(supporterOf(capabilities.proposals, isDefaultProposal)) &&
    required.credentials.every(supporterOf(capabilities.credentials, () => false))
  );
}

/** A leaf, or what all leaves have in common, against the parameters of a group. @throws MlsError valn070302, valn070313 */
export function checkAgainstContext(
  { capabilities }: { readonly capabilities: CommonCapabilities },
  extensions: readonly Extension[],
): void {
  const required = requiredCapabilitiesOf(extensions);
  demand(required === undefined || meets(capabilities, required), 'valn070302');
  const supports = supporterOf(capabilities.extensions, isDefaultExtension);
  demand(
    extensions.every(({ type }) => supports(type)),
    'valn070313',
  );
}

/**
 * Rules among the members: unique keys and mutually supported credentials. An encryption key may not be that of a parent
 * either: newcomers would refuse the tree (section 12.4.3.1). @throws MlsError valn070303, valn070309, valn070310
 */
export function checkAmongMembers(tree: RatchetTree): void {
  const { support } = tree;
  demand(
    support?.credentialsInUse.every((type) => support.capabilities.credentials.includes(type)) ?? true,
    'valn070303',
  );
  demand(tree.hasUniqueSignatureKeys, 'valn070309');
  demand(tree.hasUniqueEncryptionKeys, 'valn070310');
}
