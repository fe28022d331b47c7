import type { EnvelopeKind, EnvelopePartsFragment } from '#contracts';
import { fromBase64 } from '#primitives';

/** One entry of a group's log, as the server gave it: nothing is known yet about who made it. */
export interface Envelope {
  readonly groupId: string;
  readonly seq: number;
  readonly kind: EnvelopeKind;
  /** MLSMessage. */
  readonly payload: Uint8Array;
  /** RFC 3339, by the server's clock. */
  readonly acceptedAt: string;
}

/** Where an envelope stands, and since when. */
export type Place = Pick<Envelope, 'seq' | 'acceptedAt'>;

export function envelopeOf({ groupId, seq, kind, payload, acceptedAt }: EnvelopePartsFragment): Envelope {
  return { groupId, seq, kind, payload: fromBase64(payload), acceptedAt };
}
