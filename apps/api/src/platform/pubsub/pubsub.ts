/** Ends a subscription; calling it twice is harmless. */
export type Unsubscribe = () => Promise<void>;

/** PostgreSQL's limit for a notification (8000 bytes, the closing zero included) holds for every carrier. */
export const MAX_PAYLOAD_BYTES = 7999;

/** Letters, digits and dots, so that a topic is a plain PostgreSQL channel and a plain NATS subject. */
const TOPIC = /^[a-z][a-z0-9]*(?:\.[a-z][a-z0-9]*){0,3}$/;
const MAX_TOPIC_LENGTH = 60;
/** Published by a carrier in place of what it lost; every instance then announces an interruption. */
export const LOST = 'pubsub.lost';

/**
 * Tells other instances that something changed. At most once, unordered, ids only: payloads stay under 8000 bytes
 * and hold nothing that people wrote. Whoever needs the truth reads the database after its cursor.
 */
export abstract class PubSub {
  /**
   * Publishes to every instance, this one included. Resolves when queued for the carrier. What is published while the
   * connection is broken goes out later, or every instance is told of an interruption. Rejects with RangeError when
   * topic or payload break the rules above.
   */
  abstract publish(topic: string, payload: string): Promise<void>;
  /** Calls `handler` for each payload on `topic` until unsubscribed; a throwing handler is logged and kept. */
  abstract subscribe(topic: string, handler: (payload: string) => void): Promise<Unsubscribe>;
  /** Calls `handler` when payloads of any topic may have been lost: whoever relies on them looks at the database again. */
  abstract onInterruption(handler: () => void): Unsubscribe;
}

/** Throws RangeError unless the topic is one that every carrier can take. */
export function checkTopic(topic: string): void {
  if (topic.length > MAX_TOPIC_LENGTH || !TOPIC.test(topic)) throw new RangeError('not a topic');
}

/** Throws RangeError unless the payload is one that every carrier can take. */
export function checkPayload(payload: string): void {
  if (Buffer.byteLength(payload) > MAX_PAYLOAD_BYTES || payload.includes('\0')) {
    throw new RangeError(`a payload has at most ${String(MAX_PAYLOAD_BYTES)} bytes and no zero character`);
  }
}
