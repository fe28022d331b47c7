import { decode, encode } from 'cborg';

export const PRECEDENCES = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;
export type Precedence = (typeof PRECEDENCES)[number];

/** What stands in the authenticated data of every message: the server may read it and route by it, never change it. */
export interface EnvelopeHeader {
  /** Canonical text of the message's label. */
  readonly label: string;
  readonly precedence: Precedence;
  /** How many messages this device has sent to this group before, from 0. */
  readonly counter: number;
  /** The newest place of the group's order that the sender has seen. */
  readonly seq: number;
  /** Hash of the group's log up to and including `seq`, 32 bytes. */
  readonly head: Uint8Array;
}

const VERSION = 1;
const MAX_HEADER_BYTES = 4096;

/** Canonical CBOR of the header. */
export function encodeEnvelopeHeader(header: EnvelopeHeader): Uint8Array {
  const { label, precedence, counter, seq, head } = header;
  return encode([VERSION, label, PRECEDENCES.indexOf(precedence), counter, seq, head]);
}

/** Parses a header; undefined when the bytes are anything but the canonical encoding of one. */
export function decodeEnvelopeHeader(bytes: Uint8Array): EnvelopeHeader | undefined {
  if (bytes.length > MAX_HEADER_BYTES) return undefined;
  const fields = decodeArray(bytes);
  if (!fields) return undefined;
  const [version, label, rank, counter, seq, head] = fields;
  const precedence = typeof rank === 'number' ? PRECEDENCES[rank] : undefined;
  if (fields.length !== 6 || version !== VERSION || typeof label !== 'string' || precedence === undefined)
    return undefined;
  if (!isCount(counter) || !isCount(seq) || !(head instanceof Uint8Array) || head.length !== 32) return undefined;
  return { label, precedence, counter, seq, head };
}

function decodeArray(bytes: Uint8Array): unknown[] | undefined {
  try {
    const value: unknown = decode(bytes, { strict: true });
    return Array.isArray(value) ? (value as unknown[]) : undefined;
  } catch {
    return undefined;
  }
}

function isCount(value: unknown): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}
