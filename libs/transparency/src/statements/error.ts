/**
 * Why a statement was not accepted. Codes never change their meaning.
 *
 * Bytes: TOO_LARGE, MALFORMED (no CBOR of the right shape), NOT_CANONICAL (a second encoding of the same value), UNKNOWN_TYPE,
 * FIELD_INVALID (missing, further or wrong field).
 * Signer: SIGNATURE_INVALID, SIGNER_UNKNOWN, SIGNER_REVOKED, SIGNER_WRONG (this signer can't make such a statement),
 * POWER_MISSING (not appointed for it, or the appointment has ended).
 * Order: OUT_OF_ORDER (sequence number), ROOT_MISSING, ROOT_MISMATCH (not the pinned root), ROOT_REPEATED, REPLAYED (not newer than
 * what is in force), BACKDATED.
 * Facts: ID_TAKEN, KEY_TAKEN, PERSON_UNKNOWN, DEVICE_UNKNOWN, DEVICE_REVOKED, PERSON_REVOKED,
 * POST_UNKNOWN, CAMPAIGN_UNKNOWN.
 * Snapshot: SNAPSHOT_INVALID.
 */
export type StatementErrorCode =
  | 'TOO_LARGE'
  | 'MALFORMED'
  | 'NOT_CANONICAL'
  | 'UNKNOWN_TYPE'
  | 'FIELD_INVALID'
  | 'SIGNATURE_INVALID'
  | 'SIGNER_UNKNOWN'
  | 'SIGNER_REVOKED'
  | 'SIGNER_WRONG'
  | 'POWER_MISSING'
  | 'OUT_OF_ORDER'
  | 'ROOT_MISSING'
  | 'ROOT_MISMATCH'
  | 'ROOT_REPEATED'
  | 'REPLAYED'
  | 'BACKDATED'
  | 'ID_TAKEN'
  | 'KEY_TAKEN'
  | 'PERSON_UNKNOWN'
  | 'DEVICE_UNKNOWN'
  | 'DEVICE_REVOKED'
  | 'PERSON_REVOKED'
  | 'POST_UNKNOWN'
  | 'CAMPAIGN_UNKNOWN'
  | 'SNAPSHOT_INVALID';

/** A statement, or a snapshot, that is refused. The message holds no names, keys or identifiers. */
export class StatementError extends Error {
  constructor(
    readonly code: StatementErrorCode,
    message: string,
    /** The field of the statement that is at fault, where there is one. */
    readonly field?: string,
  ) {
    super(message);
    this.name = 'StatementError';
  }
}
