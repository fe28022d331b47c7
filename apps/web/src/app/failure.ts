import { DeskError } from './desk.js';

interface Asked {
  readonly data: unknown;
  readonly error: Error | null;
}

/**
 * What went wrong with what was asked for. Not that the line is down, while there is something to look at: a frame says so, and what somebody
 * reads stays where it is. A paper that may not be read any more goes.
 */
export function failureOf({ data, error }: Asked): Error | undefined {
  const isOfLine = error instanceof DeskError && error.trouble.code === 'SERVER_UNREACHABLE';
  return error === null || (isOfLine && data !== undefined) ? undefined : error;
}
