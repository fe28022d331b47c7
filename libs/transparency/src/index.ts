export { draftStatement, assembleStatement, decodeStatement, isSignedBy, statementId } from './statements/statement.js';
export type { Signed, StatementDraft, UnverifiedStatement } from './statements/statement.js';
export { isForTwo } from './statements/body.js';
export { Directory } from './statements/directory.js';
export type { HeldClearance, VerifiedStatement } from './statements/directory.js';
export { StatementError } from './statements/error.js';
export type { StatementErrorCode } from './statements/error.js';
export { isStatementId, isStatementName } from './statements/fields.js';
export { POWERS, REVOCATION_REASONS, SERVER_KEY_PURPOSES } from './statements/state.js';
export type {
  AppointmentRecord,
  AssignmentRecord,
  AuditHeadRecord,
  CampaignRecord,
  DeviceRecord,
  HeldCategory,
  IdentityRenewal,
  MinistryRecord,
  PersonRecord,
  Power,
  ReleaseRecord,
  Revocation,
  RevocationReason,
  ServerKeyPurpose,
} from './statements/state.js';
export { ROOT_SIGNER } from './statements/signer.js';
export type { Signer } from './statements/signer.js';
export type { StatementBody } from './statements/body.js';
export type { AddDevice } from './statements/kinds/addDevice.js';
export type { Appoint } from './statements/kinds/appoint.js';
export type { Assign } from './statements/kinds/assign.js';
export type { AuditHead } from './statements/kinds/auditHead.js';
export { campaignCovers, suiteAskedFor } from './statements/kinds/campaign.js';
export type { Campaign, EndCampaign } from './statements/kinds/campaign.js';
export type { Clear } from './statements/kinds/clear.js';
export type { Enrol } from './statements/kinds/enrol.js';
export type { Policy } from './statements/kinds/policy.js';
export type { Release } from './statements/kinds/release.js';
export type { RevokeDevice } from './statements/kinds/revokeDevice.js';
export type { RevokePerson } from './statements/kinds/revokePerson.js';
export type { RevokePost } from './statements/kinds/revokePost.js';
export { identityProofInput } from './statements/kinds/rotateIdentity.js';
export type { RotateIdentity } from './statements/kinds/rotateIdentity.js';
export type { Root } from './statements/kinds/root.js';
export type { ServerKey } from './statements/kinds/serverKey.js';
export {
  checkGrowth,
  checkpointText,
  cosignatureLine,
  cosignaturesBy,
  cosignedBytes,
  logSignature,
  cosignerName,
  logOrigin,
  openCheckpoint,
  parseCheckpoint,
  resignedNote,
} from './log/checkpoint.js';
export type { Checkpoint, Cosignature } from './log/checkpoint.js';
export { LogError } from './log/error.js';
export type { LogErrorCode } from './log/error.js';
export { Frontier } from './log/frontier.js';
export {
  consistencySteps,
  foldProof,
  foldSubtrees,
  inclusionSteps,
  leafHash,
  subtreeKey,
  subtreesOf,
  verifyConsistency,
  verifyInclusion,
} from './log/merkleTree.js';
export type { ProofStep, Subtree, SubtreeId } from './log/merkleTree.js';
export { decodeNote, encodeNote, encodeVerifierKey, keyIdOf, noteBytes } from './log/note.js';
export type { Note, NoteKey, NoteSignature } from './log/note.js';
export { AuditChain, AuditError } from './audit/chain.js';
export type { AuditFault, AuditPosition } from './audit/chain.js';
export { AUDIT_KINDS, AUDIT_START, auditHash, decodeAuditEntry, encodeAuditEntry } from './audit/entry.js';
export type { AuditEntry, AuditKind, AuditNote, AuditSigned } from './audit/entry.js';
