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
  /** The transparency log as the sender has verified it; absent from messages of the first version. */
  readonly checkpoint?: HeldCheckpoint;
}

/** The state of the transparency log at one size. */
export interface HeldCheckpoint {
  /** From 1. */
  readonly size: number;
  /** RFC 9162 section 2.1.1, 32 bytes. */
  readonly root: Uint8Array;
  /** By the log, over the note of this checkpoint: 64 bytes. Absent while the ministry has named no key of the log. */
  readonly signature?: Uint8Array;
}

/** Fields of a header by its version: the second one has brought the checkpoint. */
const FIELDS: Readonly<Record<number, number>> = { 1: 6, 2: 9 };
const MAX_HEADER_BYTES = 4096;

/** Canonical CBOR of the header. */
export function encodeEnvelopeHeader(header: EnvelopeHeader): Uint8Array {
  const { label, precedence, counter, seq, head, checkpoint } = header;
  const fields = [label, PRECEDENCES.indexOf(precedence), counter, seq, head];
  if (!checkpoint) return encode([1, ...fields]);
  const { size, root, signature = null } = checkpoint;
  return encode([2, ...fields, size, root, signature]);
}

/** Parses a header; undefined when the bytes are anything but the canonical encoding of one. */
export function decodeEnvelopeHeader(bytes: Uint8Array): EnvelopeHeader | undefined {
  if (bytes.length > MAX_HEADER_BYTES) return undefined;
  const fields = decodeArray(bytes);
  if (!fields) return undefined;
  const [version, label, rank, counter, seq, head, ...checkpoint] = fields;
  const precedence = typeof rank === 'number' ? PRECEDENCES[rank] : undefined;
  if (fields.length !== FIELDS[Number(version)] || typeof label !== 'string' || precedence === undefined)
    return undefined;
  if (!isCount(counter) || !isCount(seq) || !isBytes(head, 32)) return undefined;
  const first = { label, precedence, counter, seq, head };
  if (version === 1) return first;
  const held = readCheckpoint(checkpoint);
  return held && { ...first, checkpoint: held };
}

function readCheckpoint([size, root, signature]: readonly unknown[]): HeldCheckpoint | undefined {
  if (!isCount(size) || size === 0 || !isBytes(root, 32)) return undefined;
  if (signature === null) return { size, root };
  return isBytes(signature, 64) ? { size, root, signature } : undefined;
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

function isBytes(value: unknown, length: number): value is Uint8Array {
  return value instanceof Uint8Array && value.length === length;
}
