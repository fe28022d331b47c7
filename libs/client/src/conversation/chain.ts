import { concatBytes, fromHex, sha256, utf8 } from '#primitives';

/**
 * The hash chain over a group's log. Members name in each message how far they have seen the log and the head at that place, so that a
 * server that shows two members different logs is found out at the next message.
 */

/** The head before the first envelope: SHA-256("chancery log" ‖ group id). */
export function firstHead(groupId: string): Uint8Array {
  return sha256(concatBytes(utf8('chancery log'), fromHex(groupId)));
}

/** SHA-256(head ‖ uint32be(seq) ‖ SHA-256(payload)). */
export function nextHead(head: Uint8Array, seq: number, payloadHash: Uint8Array): Uint8Array {
  const place = new Uint8Array(4);
  new DataView(place.buffer).setUint32(0, seq);
  return sha256(concatBytes(head, place, payloadHash));
}
