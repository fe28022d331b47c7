/**
 * What may be proposed to a conversation (kinds of RFC 9420 section 12.1). MLS allows any member more than that: to close
 * the group in favour of another, to change its label, to mix in keys. Server and clients refuse it alike.
 */
const changes: ReadonlySet<string> = new Set(['add', 'remove', 'update']);

/** Whether a proposal of this kind is one that a conversation takes. */
export const isMembershipChange = (kind: string): boolean => changes.has(kind);
