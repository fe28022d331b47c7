/**
 * What may be proposed to a conversation (kinds of RFC 9420 section 12.1). MLS allows any member more than that: to close
 * the group in favour of another, to change its label, to mix in keys. Server and clients refuse it alike.
 */
const changes: ReadonlySet<string> = new Set(['add', 'remove', 'update']);

/** Whether a proposal of this kind is one that a conversation takes. */
export const isMembershipChange = (kind: string): boolean => changes.has(kind);

/** Bytes of a conversation's id. */
const CONVERSATION_ID_BYTES = 16;
/** A successor's MLS group id: the conversation's id, then as many random bytes. */
const SUCCESSOR_ID_BYTES = 32;

/**
 * The conversation (lower-case hex) that an MLS group belongs to. The id of its first group is its own; those of the groups that take its place
 * by a ReInit (RFC 9420 section 11.2) begin with it, so that nobody can pass one conversation's group off as another's. Undefined for other ids.
 */
export function conversationOf(groupId: Uint8Array): string | undefined {
  if (groupId.length !== CONVERSATION_ID_BYTES && !isSuccessorId(groupId)) return undefined;
  const own = groupId.subarray(0, CONVERSATION_ID_BYTES);
  return Array.from(own, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** Whether an MLS group id is that of a group that took another one's place. */
export const isSuccessorId = (groupId: Uint8Array): boolean => groupId.length === SUCCESSOR_ID_BYTES;
