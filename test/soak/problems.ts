import type { Complaint } from './ledger.js';

/** What was really done to a device: by the server's database and by the story, not by the device's word. */
export interface Fate {
  /** When its revocation began; this and all other times in milliseconds since 1970. */
  readonly revokedAt: number | undefined;
  readonly absences: readonly Absence[];
}

/** A time for which a device was removed from a conversation. */
export interface Absence {
  readonly conversation: string;
  readonly from: number;
  /** Undefined where it did not come back. */
  readonly until: number | undefined;
}

/** A refusal is spoken of so long after it was given, at most: a request may take 30 seconds. */
const LATE_MS = 40_000;
const OF_THE_REVOKED = ['DEVICE_REVOKED', 'SESSION_EXPIRED', 'UNAUTHENTICATED'];

/** The problems that nothing which happened to the device explains. */
export function unexplained(problems: readonly Complaint[], fates: ReadonlyMap<string, Fate>): string[] {
  return problems.flatMap((problem) => {
    const { tag, code, message, conversation = 'no conversation' } = problem;
    return isExplained(problem, fates.get(tag)) ? [] : [`${tag} ${code} ${message} (${conversation.slice(0, 4)})`];
  });
}

function isExplained({ code, conversation, at }: Complaint, fate: Fate | undefined): boolean {
  if (OF_THE_REVOKED.includes(code)) return fate?.revokedAt !== undefined && at >= fate.revokedAt;
  if (code !== 'NOT_A_MEMBER') return false;
  const absences = fate?.absences.filter((one) => conversation === undefined || conversation === one.conversation);
  return absences?.some(({ from, until }) => at >= from && (until === undefined || at <= until + LATE_MS)) === true;
}
