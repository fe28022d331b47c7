export { draftStatement, assembleStatement, decodeStatement, isSignedBy, statementId } from './statements/statement.js';
export type { Signed, StatementDraft, UnverifiedStatement } from './statements/statement.js';
export { Directory } from './statements/directory.js';
export type { HeldClearance, VerifiedStatement } from './statements/directory.js';
export { StatementError } from './statements/error.js';
export type { StatementErrorCode } from './statements/error.js';
export { isStatementId, isStatementName } from './statements/fields.js';
export { POWERS, REVOCATION_REASONS } from './statements/state.js';
export type {
  AppointmentRecord,
  AssignmentRecord,
  DeviceRecord,
  HeldCategory,
  MinistryRecord,
  PersonRecord,
  Power,
  Revocation,
  RevocationReason,
} from './statements/state.js';
export { ROOT_SIGNER } from './statements/signer.js';
export type { Signer } from './statements/signer.js';
export type { StatementBody } from './statements/body.js';
export type { AddDevice } from './statements/kinds/addDevice.js';
export type { Appoint } from './statements/kinds/appoint.js';
export type { Assign } from './statements/kinds/assign.js';
export type { Clear } from './statements/kinds/clear.js';
export type { Enrol } from './statements/kinds/enrol.js';
export type { RevokeDevice } from './statements/kinds/revokeDevice.js';
export type { RevokePerson } from './statements/kinds/revokePerson.js';
export type { RevokePost } from './statements/kinds/revokePost.js';
export { identityProofInput } from './statements/kinds/rotateIdentity.js';
export type { RotateIdentity } from './statements/kinds/rotateIdentity.js';
export type { Root } from './statements/kinds/root.js';
