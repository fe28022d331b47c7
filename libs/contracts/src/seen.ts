/** An entry of the audit trail that a device has seen: everything up to it is pinned by whoever signs this. */
export interface AuditSeen {
  /** Number of the entry, from 1. */
  readonly entry: number;
  /** Its hash, 32 bytes (see `auditHash` of libs/transparency). */
  readonly hash: Uint8Array;
}

const HASH_BYTES = 32;

/** The last items of what is signed. */
export const seenParts = (seen: AuditSeen | undefined): unknown[] => (seen ? [seen.entry, seen.hash] : []);

/** Reads what `seenParts` wrote; undefined for anything else. */
export function readSeen(parts: readonly unknown[]): AuditSeen | undefined {
  const [entry, hash, ...rest] = parts;
  const isSound = typeof entry === 'number' && hash instanceof Uint8Array && hash.length === HASH_BYTES;
  return isSound && rest.length === 0 ? { entry, hash } : undefined;
}
