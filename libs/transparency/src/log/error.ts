/**
 * - `MALFORMED`: no note, checkpoint or proof of the agreed form.
 * - `BAD_SIGNATURE`: a signature that names a known key and is not by it.
 * - `UNSIGNED`: no signature of the log.
 * - `OTHER_LOG`: a checkpoint of another log.
 * - `ROLLED_BACK`: a checkpoint of a smaller tree than was seen before.
 * - `FORKED`: two checkpoints that no one log can have.
 * - `NOT_INCLUDED`: an entry that the log does not hold where it should.
 */
export type LogErrorCode =
  'MALFORMED' | 'BAD_SIGNATURE' | 'UNSIGNED' | 'OTHER_LOG' | 'ROLLED_BACK' | 'FORKED' | 'NOT_INCLUDED';

/** What is wrong with something that a log said. */
export class LogError extends Error {
  override readonly name = 'LogError';

  constructor(
    readonly code: LogErrorCode,
    message: string,
  ) {
    super(message);
  }
}
