import { encode } from 'cborg';

import { sign, verifySignature } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import type { Directory } from '#transparency';

import { decodeList, isBytes, isText } from '../cborList.js';
import { bytesOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import type { BundleSealer } from './bundle.js';

/**
 * What seals newer content under the person's recovery code, as the device says that made the code, or that came back by it. It goes from
 * device to device; one that a revoked device has made counts for nothing, since the code may be a thief's.
 */
interface CodeSealer extends BundleSealer {
  /** SHA-256 of the code's locator: by it the server knows the code. */
  readonly locatorHash: Uint8Array;
  /** Device id. */
  readonly madeBy: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

const SECRET = 'recoverySealer';
const DOMAIN = 'chancery recovery sealer v1';
/** A clock may be ahead by so much. */
const MAX_AHEAD_MS = 10 * 60_000;

/** Bytes for the vault and for the person's other devices, signed by the device that made the code. */
export function encodeSealer(sealer: CodeSealer, { privateKey }: SigningKeyPair): Uint8Array {
  const fields = fieldsOf(sealer);
  return encode([...fields, sign(privateKey, encode(fields))]);
}

/** The newest one that this device knows, as `encodeSealer` gave it; undefined where there is none that is still to be believed. */
export async function findSealer(sql: Sql, directory: Directory, personId: string): Promise<Uint8Array | undefined> {
  const row = await sql.get('SELECT value FROM secret WHERE name = ?', [SECRET]);
  const saved = row && bytesOf(row, 'value');
  return saved && readSealer(saved, directory, personId) ? saved : undefined;
}

export async function saveSealer(sql: Sql, encoded: Uint8Array): Promise<void> {
  await sql.run('INSERT OR REPLACE INTO secret VALUES (?, ?)', [SECRET, encoded]);
}

/** Takes what another device of the person hands over, unless it is older than the known one, or not to be believed. */
export async function takeSealer(
  sql: Sql,
  encoded: Uint8Array,
  { directory, personId, now }: { readonly directory: Directory; readonly personId: string; readonly now: Date },
): Promise<void> {
  const given = readSealer(encoded, directory, personId);
  if (!given || given.at > now.getTime() + MAX_AHEAD_MS) return;
  const saved = await findSealer(sql, directory, personId);
  const known = saved && readSealer(saved, directory, personId);
  if (!known || known.at < given.at) await saveSealer(sql, encoded);
}

/** Undefined for anything that a device in use of this person has not signed. */
export function readSealer(encoded: Uint8Array, directory: Directory, personId: string): CodeSealer | undefined {
  const fields = decodeList(encoded);
  const signature = fields.at(-1);
  const sealer = sealerOf(fields);
  const maker = sealer && directory.device(sealer.madeBy);
  if (!maker || maker.person !== personId || maker.revoked || !isBytes(signature)) return undefined;
  return verifySignature(maker.signatureKey, encode(fieldsOf(sealer)), signature) ? sealer : undefined;
}

function sealerOf(fields: readonly unknown[]): CodeSealer | undefined {
  const [domain, madeBy, at, locatorHash, memoryKiB, passes, salt, frame, publicKey] = fields;
  if (domain !== DOMAIN || !isText(madeBy) || !isBytes(locatorHash)) return undefined;
  if (typeof at !== 'number' || typeof memoryKiB !== 'number' || typeof passes !== 'number') return undefined;
  if (!isBytes(salt) || !isBytes(frame) || !isBytes(publicKey)) return undefined;
  return { madeBy, at, locatorHash, memoryKiB, passes, salt, frame, publicKey };
}

function fieldsOf({ madeBy, at, locatorHash, memoryKiB, passes, salt, frame, publicKey }: CodeSealer): unknown[] {
  return [DOMAIN, madeBy, at, locatorHash, memoryKiB, passes, salt, frame, publicKey];
}
