import { ChanceryError } from '../errors.js';

/** Clocks that differ by more than this make statements, certificates and messages that others refuse or misread. */
const TOLERANCE_MS = 3_600_000;
const HOUR_MS = 3_600_000;

/**
 * Compares this device's clock with the server's. The server could deny its answer as well as lie about the time: all that it gains by this is
 * that nothing is sent.
 * @param served - the header `Date` of an answer (RFC 9110 6.6.1); what is missing or unreadable says nothing
 * @param now - milliseconds since 1970 by the device's clock
 * @throws ChanceryError CLOCK_WRONG
 */
export function requireSameTime(served: string | null, now = new Date().getTime()): void {
  const ahead = now - Date.parse(served ?? '');
  if (Number.isNaN(ahead) || Math.abs(ahead) <= TOLERANCE_MS) return;
  const hours = String(Math.round(Math.abs(ahead) / HOUR_MS));
  const way = ahead > 0 ? 'ahead' : 'behind';
  throw new ChanceryError('CLOCK_WRONG', `The clock of this device is about ${hours} hours ${way} of the server's.`);
}
