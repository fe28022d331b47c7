import { decode, encode, rfc8949EncodeOptions } from 'cborg';

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
  'grantCollection',
  'withdrawGrant',
]);

/** Name of the HTTP header that carries `formatAct`. */
export const ACT_HEADER = 'x-chancery-act';

const DOMAIN = 'chancery act v1';
const HEADER = /^(\d{1,15})\.([A-Za-z0-9+/]{86}==)$/;
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
}

/** The bytes that a device signs for an administrative act. */
export function encodeAct({ deviceId, origin, operation, request, at }: ActToSign): Uint8Array {
  return encode([DOMAIN, deviceId, origin, operation, request, at]);
}

/** Reads what `encodeAct` wrote; undefined for anything else. */
export function decodeAct(input: Uint8Array): ActToSign | undefined {
  const value = decodeOrNothing(input);
  if (!Array.isArray(value) || value.length !== 6) return undefined;
  const [domain, deviceId, origin, operation, request, at] = value as unknown[];
  const texts = [deviceId, origin, operation].every((text) => typeof text === 'string');
  if (domain !== DOMAIN || !texts || !(request instanceof Uint8Array) || typeof at !== 'number') return undefined;
  return { deviceId: deviceId as string, origin: origin as string, operation: operation as string, request, at };
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

/** When it was signed, and the signature as base64. */
export interface ActHeader {
  readonly at: number;
  readonly signature: string;
}

export function formatAct({ at, signature }: ActHeader): string {
  return `${String(at)}.${signature}`;
}

/** Undefined for what `formatAct` did not write. */
export function parseAct(header: string): ActHeader | undefined {
  const [, at, signature] = HEADER.exec(header) ?? [];
  return at === undefined || signature === undefined ? undefined : { at: Number(at), signature };
}

function decodeOrNothing(bytes: Uint8Array): unknown {
  try {
    return decode(bytes);
  } catch {
    return undefined;
  }
}
