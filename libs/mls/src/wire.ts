/**
 * Entry `#mls/wire`: RFC 9420 as far as public data go, for the Delivery Service. No secret passes through here and
 * only `#primitives/verify` is imported. Await `ready()` of `#primitives/verify` first.
 */
export { MlsError } from './errors.js';
export type { MlsErrorCode } from './errors.js';
export type { LeafIndex } from './brand.js';
export type { AddedMember, CommitSummary, Member, Proposer } from './commitSummary.js';
export { envelopeOf, welcomeRecipients } from './envelope.js';
export type { MessageHeader } from './envelope.js';
export { extensionTypes, requiredCapabilitiesExtension } from './extension.js';
export type { RequiredCapabilities } from './extension.js';
export { externalRemove, externalSendersExtension, externalSendersIn } from './externalProposal.js';
export type { ExternalRemove, ProposingSender, UnsignedProposal } from './externalProposal.js';
export { PublicGroup } from './publicGroup.js';
export type { CheckOptions, ReceivedProposal, StagedPublicCommit } from './publicGroup.js';
export type { Successor } from './successor.js';
export { defaultSuite, suiteIds } from './suite.js';
export { decodeKeyPackage } from './verifiedKeyPackage.js';
export type { KeyPackageOptions, VerifiedKeyPackage } from './verifiedKeyPackage.js';
