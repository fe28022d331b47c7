import { concatBytes, sha256, utf8, verifySignature } from '#primitives/verify';

import { decodeBody, encodeBody } from './body.js';
import type { StatementBody } from './body.js';
import { decodeCanonical, encodeCanonical } from './cbor.js';
import { StatementError } from './error.js';
import { signerFromValue, signerToValue } from './signer.js';
import type { Signer } from './signer.js';

/** Longest encoded statement, in bytes. */
const MAX_STATEMENT_LENGTH = 65_536;
const SIGNATURE_LENGTH = 64;

const DOMAIN = 'Chancery statement v1\0';

/** A statement to be signed: `assembleStatement(body, signer, sign(privateKey, bytesToSign))` makes it one. */
export interface StatementDraft {
  readonly body: Uint8Array;
  readonly bytesToSign: Uint8Array;
}

/** Who signed, and the Ed25519 signature (64 bytes). */
export interface Signed {
  readonly signer: Signer;
  readonly signature: Uint8Array;
}

/** A statement that is well formed; nothing is known yet about whether it is true. */
export interface UnverifiedStatement {
  /** SHA-256 of the encoding: the statement's leaf in the log, and for the root statement the fingerprint. */
  readonly id: Uint8Array;
  readonly body: StatementBody;
  readonly signer: Signer;
  readonly signature: Uint8Array;
  /** Of acts that need two people, the second one. */
  readonly second?: Signed;
  readonly bytesToSign: Uint8Array;
}

/** Encodes what is to be said and checks it. @throws StatementError `FIELD_INVALID`, names the field */
export function draftStatement(fields: StatementBody): StatementDraft {
  const body = encodeBody(fields);
  decodeBody(body);
  return { body, bytesToSign: signatureInput(body) };
}

/** Canonical CBOR `[body, [[signer, signature]]]`; acts that need two people carry two signatures, in the order of signing. */
export function assembleStatement(
  body: Uint8Array,
  signer: Signer,
  signature: Uint8Array,
  second?: Signed,
): Uint8Array {
  const signed = second ? [{ signer, signature }, second] : [{ signer, signature }];
  return encodeCanonical([body, signed.map((one) => [signerToValue(one.signer), one.signature])]);
}

/** Parses strictly. @throws StatementError `TOO_LARGE`, `MALFORMED`, `NOT_CANONICAL`, `UNKNOWN_TYPE`, `FIELD_INVALID` */
export function decodeStatement(encoded: Uint8Array): UnverifiedStatement {
  if (encoded.length > MAX_STATEMENT_LENGTH) {
    throw new StatementError('TOO_LARGE', `is longer than ${String(MAX_STATEMENT_LENGTH)} bytes`);
  }
  const [bodyBytes, signatures] = asTuple(decodeCanonical(encoded), 2);
  if (!(bodyBytes instanceof Uint8Array)) throw new StatementError('MALFORMED', 'has no body');
  const both = Array.isArray(signatures) && signatures.length === 2;
  const [first, second] = asTuple(signatures, both ? 2 : 1);
  return {
    id: statementId(encoded),
    body: decodeBody(bodyBytes),
    ...decodeSigned(first),
    ...(both && { second: decodeSigned(second) }),
    bytesToSign: signatureInput(bodyBytes),
  };
}

function decodeSigned(value: unknown): Signed {
  const [signer, signature] = asTuple(value, 2);
  if (!(signature instanceof Uint8Array) || signature.length !== SIGNATURE_LENGTH) {
    throw new StatementError('MALFORMED', `a signature is ${String(SIGNATURE_LENGTH)} bytes`);
  }
  return { signer: signerFromValue(signer), signature };
}

/** SHA-256 of an encoded statement. */
export function statementId(encoded: Uint8Array): Uint8Array {
  return sha256(encoded);
}

/** Whether a key (Ed25519, 32 bytes) made the first signature, or the given one. Says nothing about whose key it is. */
export function isSignedBy(
  statement: UnverifiedStatement,
  key: Uint8Array,
  { signature }: Pick<Signed, 'signature'> = statement,
): boolean {
  return verifySignature(key, statement.bytesToSign, signature);
}

function signatureInput(body: Uint8Array): Uint8Array {
  return concatBytes(utf8(DOMAIN), body);
}

function asTuple(value: unknown, length: number): unknown[] {
  if (Array.isArray(value) && value.length === length) return value as unknown[];
  throw new StatementError('MALFORMED', `has no list of ${String(length)} where one belongs`);
}
