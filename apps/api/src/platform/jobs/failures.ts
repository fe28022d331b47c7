import { Refusal } from '../refusal.js';

const FIRST_PAUSE_MS = 1000;
const LONGEST_PAUSE_MS = 60 * 60_000;
/** Codes of PostgreSQL and of Node; anything else might be text. */
const CODE = /^[A-Z0-9_]{1,40}$/;

/** How long a job waits after it has failed so many times, in milliseconds: each time twice as long, up to an hour. */
export function pauseAfter(attempts: number): number {
  return Math.min(FIRST_PAUSE_MS * 2 ** (attempts - 1), LONGEST_PAUSE_MS);
}

/** What is kept of a failure: a code, never words. */
export function codeOf(error: unknown): string {
  if (error instanceof Refusal) return error.code;
  const { code } = (error ?? {}) as { code?: unknown };
  return typeof code === 'string' && CODE.test(code) ? code : 'INTERNAL';
}
