export { decodeEnvelopeHeader, encodeEnvelopeHeader, PRECEDENCES } from './envelope.js';
export type { EnvelopeHeader, Precedence } from './envelope.js';
export { ERROR_REMEDIES, remedyFor } from './errors.js';
export type { ErrorCode } from './errors.js';
export { encodeChallenge, encodeReceipt } from './signed.js';
export type { ChallengeToSign, ReceiptToSign } from './signed.js';
export * from './generated.js';
export { isMembershipChange } from './membership.js';
