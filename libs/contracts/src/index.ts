export * from './attachments.js';
export {
  ACT_HEADER,
  ADMINISTRATIVE_OPERATIONS,
  administrativeOperation,
  decodeAct,
  encodeAct,
  encodeRequest,
  formatAct,
  parseAct,
} from './acts.js';
export type { ActHeader, ActToSign } from './acts.js';
export { decodeEnvelopeHeader, encodeEnvelopeHeader, PRECEDENCES } from './envelope.js';
export type { EnvelopeHeader, HeldCheckpoint, Precedence } from './envelope.js';
export { ERROR_REMEDIES, remedyFor } from './errors.js';
export type { ErrorCode } from './errors.js';
export {
  encodeChallenge,
  encodeDeviceName,
  encodeHistoryManifest,
  encodeKeyParcel,
  encodeParcelKey,
  encodeReceipt,
  encodeStand,
  encodeRecoveryApproval,
  readChallenge,
} from './signed.js';
export type {
  ChallengeToSign,
  DeviceNameToSign,
  HistoryManifestToSign,
  KeyParcelToSign,
  ParcelKeyToSign,
  ReceiptToSign,
  StandToSign,
  RecoveryApprovalToSign,
} from './signed.js';
export type { AuditSeen } from './seen.js';
export * from './generated.js';
export { conversationOf, isMembershipChange, isSuccessorId } from './membership.js';
export { isWeakerSuite, SUITES, suiteName } from './suites.js';
export type { SuiteName } from './suites.js';
