import { conversationOf, decodeEnvelopeHeader } from '#contracts';
import { envelopeOf } from '#mls/wire';
import type { MessageHeader } from '#mls/wire';

import { Refusal } from '../../platform/refusal.js';
import { IDEMPOTENCY_KEY_BYTES } from './appender.js';

/** Sixteen chunks: room for a message of 50,000 words in any script; what is longer travels as an attachment. */
const MAX_ENVELOPE_BYTES = 16 * 64 * 1024;

/** What can be read of an envelope without any secret. */
export type CheckedEnvelope = MlsPlace &
  (
    | { readonly kind: 'application'; readonly label: string }
    | { readonly kind: 'proposal' | 'commit'; readonly senderLeaf: number }
  );

/** An epoch of one of the MLS groups that a conversation has had. */
export interface MlsPlace {
  readonly mlsGroupId: Uint8Array;
  readonly epoch: number;
}

interface Sent {
  readonly groupId: string;
  readonly payload: Uint8Array;
  readonly idempotencyKey: Uint8Array;
}

/**
 * Reads what stands around the ciphertext: application data has to be a PrivateMessage whose authenticated data is an
 * envelope header; proposals and commits have to be PublicMessages of a member. Throws TOO_LARGE or ENVELOPE_INVALID.
 */
export function checkEnvelope({ groupId, payload, idempotencyKey }: Sent): CheckedEnvelope {
  if (payload.length > MAX_ENVELOPE_BYTES) {
    const limit = `an envelope has at most ${String(MAX_ENVELOPE_BYTES)} bytes`;
    throw new Refusal('TOO_LARGE', limit, { field: 'payload' });
  }
  if (idempotencyKey.length !== IDEMPOTENCY_KEY_BYTES) {
    throw new Refusal('ENVELOPE_INVALID', 'an idempotency key has 16 bytes', { field: 'idempotencyKey' });
  }
  const envelope = read(payload);
  if (conversationOf(envelope.groupId) !== groupId) {
    throw invalid('the envelope belongs to another conversation');
  }
  const place = { mlsGroupId: envelope.groupId, epoch: envelope.epoch };
  if (envelope.contentType === 'application') {
    if (envelope.wireFormat !== 'private') throw invalid('application data has to be encrypted');
    return { ...place, kind: 'application', label: labelOf(envelope.authenticatedData) };
  }
  const { senderLeaf } = envelope;
  if (envelope.wireFormat !== 'public' || senderLeaf === undefined) {
    throw invalid('a proposal or commit has to be a PublicMessage of a member');
  }
  return { ...place, kind: envelope.contentType, senderLeaf };
}

function read(payload: Uint8Array): MessageHeader {
  try {
    return envelopeOf(payload);
  } catch {
    throw invalid('the payload is no MLSMessage that can be sent');
  }
}

function labelOf(authenticatedData: Uint8Array): string {
  const header = decodeEnvelopeHeader(authenticatedData);
  if (!header) throw invalid('the authenticated data is no envelope header');
  return header.label;
}

function invalid(message: string): Refusal {
  return new Refusal('ENVELOPE_INVALID', message, { field: 'payload' });
}
