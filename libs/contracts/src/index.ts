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
  challengedDevice,
  encodeChallenge,
  encodeDeviceName,
  encodeHistoryManifest,
  encodeReceipt,
  encodeRecoveryApproval,
} from './signed.js';
export type {
  ChallengeToSign,
  DeviceNameToSign,
  HistoryManifestToSign,
  ReceiptToSign,
  RecoveryApprovalToSign,
} from './signed.js';
export * from './generated.js';
export { isMembershipChange } from './membership.js';
