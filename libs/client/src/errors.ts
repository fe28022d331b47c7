import { ERROR_REMEDIES, remedyFor } from '#contracts';
import type { ErrorCode } from '#contracts';

interface ErrorDetail {
  /** Name of the input that is at fault. */
  field?: string | undefined;
  /** Overrides the remedy that belongs to the code. */
  remedy?: string | undefined;
  cause?: unknown;
}

/**
 * Everything that the client refuses or can't do, with a stable code and words for people.
 * The message never holds content, keys, tokens or passphrases.
 */
export class ChanceryError extends Error {
  readonly field: string | undefined;
  readonly remedy: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    detail: ErrorDetail = {},
  ) {
    super(message, detail.cause === undefined ? undefined : { cause: detail.cause });
    this.name = 'ChanceryError';
    this.field = detail.field;
    this.remedy = detail.remedy ?? remedyFor(code);
  }
}

/** Whether an error carries one of these codes. */
export function hasCode(error: unknown, ...codes: ErrorCode[]): error is ChanceryError {
  return error instanceof ChanceryError && codes.includes(error.code);
}

/** Whether the same request may succeed later without anybody doing anything. */
export function isTransient(error: unknown): boolean {
  return hasCode(
    error,
    'SERVER_UNREACHABLE',
    'RATE_LIMITED',
    'INTERNAL',
    'DATABASE_UNAVAILABLE',
    'REMOVAL_DUE',
    'CONVERSATION_MOVING',
    'CLOCK_WRONG',
  );
}

/** A code that the server sent, if it is one that this client knows. */
export function toErrorCode(code: unknown): ErrorCode {
  return isErrorCode(code) ? code : 'INTERNAL';
}

function isErrorCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(ERROR_REMEDIES, code);
}

/** A refusal that came as part of an answer. */
export function fromRefusal(refusal: {
  readonly code: string;
  readonly message: string;
  readonly field?: string | null;
  readonly remedy?: string | null;
}): ChanceryError {
  const { code, message, field, remedy } = refusal;
  return new ChanceryError(toErrorCode(code), message, { field: field ?? undefined, remedy: remedy ?? undefined });
}
