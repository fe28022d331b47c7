import { Refusal } from './refusal.js';

/**
 * SQLSTATEs of PostgreSQL (its manual, appendix A) for what passes by itself: the line broke, the server is full, stops or starts, a
 * transaction stood still for too long, or had to give way to another one.
 */
const PASSING = /^(?:08\w{3}|53300|57P0[1-5]|25P0[34]|40001|40P01)$/;
/** Of Node, when it connects or is connected. */
const OF_THE_LINE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOENT']);
/** The driver, and its pool, give these no code. */
const BY_WORDS = /^(?:Connection terminated|timeout exceeded when trying to connect)/;

/** What a client is told when a request failed only because the database was not there for it; undefined for every other failure. */
export function absenceOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || !isAbsence(error)) return undefined;
  const remedy = 'Nothing was lost: try again in a minute. If it stays, tell the operator of the server.';
  return new Refusal('DATABASE_UNAVAILABLE', 'the server cannot reach its database just now', { remedy });
}

function isAbsence(error: Error): boolean {
  const { code, syscall } = error as { readonly code?: unknown; readonly syscall?: unknown };
  if (typeof code !== 'string') return BY_WORDS.test(error.message);
  // of a file that is missing, or of another service, nothing is said here
  if (OF_THE_LINE.has(code)) return !('$metadata' in error) && (syscall === 'connect' || code !== 'ENOENT');
  return PASSING.test(code);
}
