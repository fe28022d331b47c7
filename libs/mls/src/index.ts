/**
 * Entry `#mls`: RFC 9420 for members, with their secrets, and everything of `#mls/wire`. Synchronous after `ready()` of
 * `#primitives`.
 */
export * from './wire.js';
export type { DecryptedMessage } from './applicationMessages.js';
export { signExternalRemove } from './externalSigning.js';
export { Group } from './group.js';
export type { JoinGroupParameters } from './group.js';
export type {
  BranchParameters,
  CommitParameters,
  CreateGroupParameters,
  HandshakeOptions,
  ReinitializeParameters,
  RejoinParameters,
} from './groupParameters.js';
export type { StagedCommit } from './groupCore.js';
export type { CommitResult } from './handshake.js';
export { createKeyPackage } from './keyPackageCreation.js';
export type { CreatedKeyPackage, KeyPackageParameters } from './keyPackageCreation.js';
export { padmeLength } from './padding.js';
export type { ExternalPsk } from './psk.js';
export type { PskChoice } from './pskCreation.js';
export type { RecordChanges } from './recordLog.js';
