import { decode, encode, rfc8949EncodeOptions } from 'cborg';

import { readSeen, seenParts } from './seen.js';
import type { AuditSeen } from './seen.js';

/**
 * Administrative operations whose request the acting device signs, because they carry no signed statement themselves. The server
 * takes none of them unsigned, and keeps the signature in its audit trail.
 */
export const ADMINISTRATIVE_OPERATIONS: ReadonlySet<string> = new Set([
  'createPost',
  'createInvitation',
  'withdrawInvitation',
  'proposeAct',
  'refuseAct',
  'renewServerKey',
  'approveRecovery',
  'refuseRecovery',
  'createCollection',
  'renameCollection',
  'moveCollection',
  'moveDocuments',
  'grantCollection',
  'withdrawGrant',
  'remindCampaign',
  'retryJobs',
  'requestDowngrade',
  'approveDowngrade',
  'refuseDowngrade',
  'requestReview',
  'answerReview',
  'withdrawReview',
  'supersedeDocument',
  'setDocumentDates',
  'askAcknowledgement',
  'acknowledgeDocument',
  'closeAcknowledgement',
  'handOverDocuments',
  'takeOverDraft',
  'discardLeftDraft',
  'removeComment',
  'addSynonym',
  'removeSynonym',
]);

/** Name of the HTTP header that carries `formatAct`. */
export const ACT_HEADER = 'x-chancery-act';

const DOMAIN = 'chancery act v1';
/** The same with what the device has seen of the audit trail. */
const SEEING_DOMAIN = 'chancery act v2';
const HEADER = /^(\d{1,15})\.([A-Za-z0-9+/]{86}==)(?:\.(\d{1,10})\.([A-Za-z0-9+/]{43}=))?$/;
const MUTATION = /^\s*mutation\s+([A-Z]\w*)/m;

/** An administrative act as its device signs it. */
export interface ActToSign {
  readonly deviceId: string;
  /** Origin of the server, as the client reaches it. */
  readonly origin: string;
  /** Name of the mutation's field. */
  readonly operation: string;
  /** SHA-256 of `encodeRequest`, 32 bytes. */
  readonly request: Uint8Array;
  /** By the device's clock, in milliseconds since 1970. */
  readonly at: number;
  readonly seen?: AuditSeen | undefined;
}

/** The bytes that a device signs for an administrative act. */
export function encodeAct({ deviceId, origin, operation, request, at, seen }: ActToSign): Uint8Array {
  return encode([seen ? SEEING_DOMAIN : DOMAIN, deviceId, origin, operation, request, at, ...seenParts(seen)]);
}

/** Reads what `encodeAct` wrote; undefined for anything else. */
export function decodeAct(input: Uint8Array): ActToSign | undefined {
  const value = decodeOrNothing(input);
  if (!Array.isArray(value)) return undefined;
  const [domain, deviceId, origin, operation, request, at, ...rest] = value as unknown[];
  const texts = [deviceId, origin, operation].every((text) => typeof text === 'string');
  const isKnown = domain === DOMAIN ? rest.length === 0 : domain === SEEING_DOMAIN && readSeen(rest) !== undefined;
  if (!isKnown || !texts || !(request instanceof Uint8Array) || typeof at !== 'number') return undefined;
  const act = { deviceId: deviceId as string, origin: origin as string, operation: operation as string, request, at };
  const seen = readSeen(rest);
  return seen ? { ...act, seen } : act;
}

/** Everything that a request asks for, as one sequence of bytes: its document and its variables as they travel in JSON. */
export function encodeRequest(query: string, variables: unknown): Uint8Array {
  return encode([query, variables ?? {}], { ...rfc8949EncodeOptions, ignoreUndefinedProperties: true });
}

/** The administrative operation that a document asks for, by the name that the operations of this library have. */
export function administrativeOperation(query: string): string | undefined {
  const name = MUTATION.exec(query)?.[1];
  const operation = name && `${name.charAt(0).toLowerCase()}${name.slice(1)}`;
  return operation !== undefined && ADMINISTRATIVE_OPERATIONS.has(operation) ? operation : undefined;
}

/** When it was signed, the signature, and what the device has seen of the audit trail; bytes as base64. */
export interface ActHeader {
  readonly at: number;
  readonly signature: string;
  readonly seen?: { readonly entry: number; readonly hash: string } | undefined;
}

export function formatAct({ at, signature, seen }: ActHeader): string {
  return [at, signature, ...(seen ? [seen.entry, seen.hash] : [])].join('.');
}

/** Undefined for what `formatAct` did not write. */
export function parseAct(header: string): ActHeader | undefined {
  const [, at, signature, entry, hash] = HEADER.exec(header) ?? [];
  if (at === undefined || signature === undefined) return undefined;
  const seen = entry === undefined || hash === undefined ? {} : { seen: { entry: Number(entry), hash } };
  return { at: Number(at), signature, ...seen };
}

function decodeOrNothing(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
