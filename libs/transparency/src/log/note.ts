import { concatBytes, fromBase64, fromUtf8, sha256, toBase64, toHex, utf8, verifySignature } from '#primitives/verify';

import { LogError } from './error.js';

/**
 * Signed notes (c2sp.org/signed-note): a text, a blank line, and lines of signatures by named keys. Only the type
 * Ed25519 stands here; cosignatures have their own in `checkpoint.ts`.
 */
export interface Note {
  /** Ends with a newline. */
  readonly text: string;
  readonly signatures: readonly NoteSignature[];
}

export interface NoteSignature {
  readonly name: string;
  /** Four bytes that tell keys of one name apart; no proof of anything. */
  readonly keyId: Uint8Array;
  readonly signature: Uint8Array;
}

/** A public key as verifiers are configured with it. */
export interface NoteKey {
  readonly name: string;
  /** Ed25519, 32 bytes. */
  readonly publicKey: Uint8Array;
}

/** Signature types of c2sp.org/signed-note. */
export const signatureTypes = { ed25519: 0x01, cosignature: 0x04 } as const;
export type SignatureType = keyof typeof signatureTypes;

const keyIdLength = 4;
const publicKeyLength = 32;
const mostSignatures = 256;
const longestNote = 64 * 1024;
const signatureLine = /^\u2014 (\S+) ([A-Za-z0-9+/]+={0,2})$/;

/** `SHA-256(name || "\n" || type || public key)`, its first four bytes. */
export function keyIdOf({ name, publicKey }: NoteKey, type: SignatureType): Uint8Array {
  return sha256(concatBytes(utf8(`${name}\n`), Uint8Array.of(signatureTypes[type]), publicKey)).slice(0, keyIdLength);
}

/** Not empty, no spaces of any kind, no plus, no control characters. */
export const isKeyName = (name: string): boolean => /^[^\s+]+$/u.test(name) && !hasControls(name);

/** Control characters of ASCII other than newlines. */
const hasControls = (text: string): boolean => utf8(text).some((byte) => byte < 0x20 && byte !== 0x0a);

/** The form in which keys are handed over: `name+hex(key id)+base64(type || key)`. */
export function encodeVerifierKey(key: NoteKey, type: SignatureType): string {
  const material = concatBytes(Uint8Array.of(signatureTypes[type]), key.publicKey);
  return `${key.name}+${toHex(keyIdOf(key, type))}+${toBase64(material)}`;
}

/** @throws LogError `MALFORMED` */
export function decodeVerifierKey(text: string, type: SignatureType): NoteKey {
  const [name = '', keyId, ...rest] = text.split('+');
  const material = bytesOf(rest.join('+'));
  const key = { name, publicKey: material.slice(1) };
  const fits = material[0] === signatureTypes[type] && material.length === 1 + publicKeyLength && isKeyName(name);
  if (!fits || keyId !== toHex(keyIdOf(key, type))) throw new LogError('MALFORMED', 'no verifier key of this type');
  return key;
}

/** @throws LogError `MALFORMED` */
export function decodeNote(bytes: Uint8Array): Note {
  const note = bytes.length > longestNote ? undefined : textOf(bytes);
  const end = note?.lastIndexOf('\n\n') ?? -1;
  if (note === undefined || end < 0 || !note.endsWith('\n')) throw new LogError('MALFORMED', 'no signed note');
  const lines = note.slice(end + 2, -1).split('\n');
  if (lines.length > mostSignatures) throw new LogError('MALFORMED', 'a note with too many signatures');
  return { text: note.slice(0, end + 1), signatures: lines.map(decodeSignature) };
}

export function encodeNote({ text, signatures }: Note): Uint8Array {
  return utf8(`${text}\n${signatures.map(encodeSignature).join('')}`);
}

/** What an Ed25519 key of type 0x01 signs: the text as it is. */
export const noteBytes = (text: string): Uint8Array => utf8(text);

/**
 * Whether the key signed the note: undefined if no signature is by it. @throws LogError `BAD_SIGNATURE` if one says that
 * it is by this key and isn't, since then the whole note is to be refused
 */
export function isNoteSignedBy({ text, signatures }: Note, key: NoteKey): boolean {
  const own = signaturesOf(signatures, key, 'ed25519');
  for (const { signature } of own) {
    if (!verifySignature(key.publicKey, noteBytes(text), signature)) {
      throw new LogError('BAD_SIGNATURE', `a signature that says it is by ${key.name} does not verify`);
    }
  }
  return own.length > 0;
}

/** The signatures that name this key, whether they are by it or not. */
export function signaturesOf(
  signatures: readonly NoteSignature[],
  key: NoteKey,
  type: SignatureType,
): readonly NoteSignature[] {
  const keyId = toHex(keyIdOf(key, type));
  return signatures.filter((signature) => signature.name === key.name && toHex(signature.keyId) === keyId);
}

function encodeSignature({ name, keyId, signature }: NoteSignature): string {
  if (!isKeyName(name)) throw new LogError('MALFORMED', 'the name of a key has no spaces and no plus');
  return `\u2014 ${name} ${toBase64(concatBytes(keyId, signature))}\n`;
}

function decodeSignature(line: string): NoteSignature {
  const [, name = '', encoded = ''] = signatureLine.exec(line) ?? [];
  const bytes = bytesOf(encoded);
  if (!isKeyName(name) || bytes.length <= keyIdLength) throw new LogError('MALFORMED', 'no signature line of a note');
  return { name, keyId: bytes.slice(0, keyIdLength), signature: bytes.slice(keyIdLength) };
}

/** Valid UTF-8 without control characters other than newlines. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = fromUtf8(bytes);
    return hasControls(text) ? undefined : text;
  } catch {
    return undefined;
  }
}

function bytesOf(base64: string): Uint8Array {
  try {
    return fromBase64(base64);
  } catch {
    throw new LogError('MALFORMED', 'no standard base64');
  }
}
