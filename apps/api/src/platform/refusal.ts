import { remedyFor } from '#contracts';
import type { ErrorCode } from '#contracts';

interface RefusalDetail {
  /** Name of the input field that is at fault, as the caller wrote it. */
  field?: string;
  /** Overrides the remedy that belongs to the code. */
  remedy?: string;
}

/**
 * An expected failure: a request that Chancery refuses, with a stable code and words for people.
 * The message never holds content, keys, tokens or personal data.
 */
export class Refusal extends Error {
  readonly field: string | undefined;
  readonly remedy: string;

  constructor(
    readonly code: ErrorCode,
    message: string,
    detail: RefusalDetail = {},
  ) {
    super(message);
    this.name = 'Refusal';
    this.field = detail.field;
    this.remedy = detail.remedy ?? remedyFor(code);
  }
}
