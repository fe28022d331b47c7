/**
 * Stable codes, by source.
 *
 * Bad input, refused whole, the group is unchanged:
 * - `MALFORMED`: bytes that are no RFC 9420 structure (length, unknown type, trailing bytes).
 * - `WRONG_GROUP`, `WRONG_EPOCH`: a well-formed message for another group, or for an epoch that is not the current one.
 * - `EPOCH_TOO_OLD`: an application message from an epoch whose secrets are deleted.
 * - `INVALID_SIGNATURE`, `INVALID_TAG`: not from whom it claims to be from.
 * - `INVALID_LEAF_NODE`, `INVALID_KEY_PACKAGE`, `INVALID_TREE`, `INVALID_PROPOSAL`, `INVALID_COMMIT`, `INVALID_WELCOME`,
 *   `INVALID_GROUP_INFO`, `INVALID_MESSAGE`: a validation rule fails; `MlsError.rule` names it.
 * - `EXPIRED`: a lifetime that has not begun, is over or is too long.
 * - `UNKNOWN_PROPOSAL`: a commit refers to a proposal that was not received.
 * - `DECRYPTION_FAILED`: wrong key or changed ciphertext.
 * - `GENERATION_USED`: a message that was decrypted before, or is older than the window of late generations.
 * - `GENERATION_TOO_FAR`: too far ahead of the sender's ratchet.
 * - `UNKNOWN_PSK`: a pre-shared key that was not supplied.
 * - `UNKNOWN_COMMIT`: a commit of this very device that it does not remember: its stored state is older than the group.
 * - `UNSUPPORTED`: a cipher suite or an operation that this library does not offer.
 *
 * Misuse:
 * - `MISUSE`: the caller broke the contract of the function (stale staged commit, foreign key pair, bad argument).
 * - `REMOVED`: this device is no longer a member.
 * - `REINITIALIZED`: the group was closed by a ReInit; its successor takes its place.
 * - `PENDING_PROPOSALS`: received proposals must be committed before application data is sent.
 * - `UNCONFIRMED_STATE`: a restored group encrypts only after it is known to be the newest state.
 * - `CORRUPT_STATE`: stored records that do not fit together.
 */
export type MlsErrorCode =
  | 'MALFORMED'
  | 'WRONG_GROUP'
  | 'WRONG_EPOCH'
  | 'EPOCH_TOO_OLD'
  | 'INVALID_SIGNATURE'
  | 'INVALID_TAG'
  | 'INVALID_LEAF_NODE'
  | 'INVALID_KEY_PACKAGE'
  | 'INVALID_TREE'
  | 'INVALID_PROPOSAL'
  | 'INVALID_COMMIT'
  | 'INVALID_WELCOME'
  | 'INVALID_GROUP_INFO'
  | 'INVALID_MESSAGE'
  | 'EXPIRED'
  | 'UNKNOWN_PROPOSAL'
  | 'DECRYPTION_FAILED'
  | 'GENERATION_USED'
  | 'GENERATION_TOO_FAR'
  | 'UNKNOWN_PSK'
  | 'UNKNOWN_COMMIT'
  | 'UNSUPPORTED'
  | 'MISUSE'
  | 'REMOVED'
  | 'REINITIALIZED'
  | 'PENDING_PROPOSALS'
  | 'UNCONFIRMED_STATE'
  | 'CORRUPT_STATE';

/** An expected failure. Message and fields never contain content, keys or identities. */
export class MlsError extends Error {
  override readonly name = 'MlsError';

  constructor(
    readonly code: MlsErrorCode,
    message: string,
    /** Id of the validation rule that failed (see rules.ts). */
    readonly rule?: string,
  ) {
    super(message);
  }
}
