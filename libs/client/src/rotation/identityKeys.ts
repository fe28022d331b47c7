import { equalBytes, generateSigningKeyPair, signingPublicKey } from '#primitives';
import type { SigningKeyPair } from '#primitives';

import type { Core } from '../core.js';
import { bytesOf } from '../ports/store.js';
import type { Sql } from '../ports/store.js';
import { loadSetting, removeSetting, saveSetting } from '../profile.js';

/** Name of the secret that holds the next identity key until the directory has it. */
const NEXT = 'nextIdentityKey';
/** Key of the setting that says which statement was the newest when that key was made. */
const NEXT_MADE = 'nextIdentityKey:made';

type Knows = Pick<Core, 'directory' | 'profile'>;

/** The identity key that the verified directory names, if this device holds it. */
export async function keyInForce(sql: Sql, { directory, profile }: Knows): Promise<SigningKeyPair | undefined> {
  const held = await secret(sql, 'identityKey');
  const named = directory.current.person(profile.personId)?.identityKey;
  return held && named && equalBytes(held.publicKey, named) ? held : undefined;
}

/** The key that this device has made to come next. */
export function nextKey(sql: Sql): Promise<SigningKeyPair | undefined> {
  return secret(sql, NEXT);
}

/**
 * Makes the key that is to come next, or gives the one that was made before. One that a device may have been told of which is revoked since
 * is made anew.
 */
export async function ensureNextKey(sql: Sql, core: Knows): Promise<SigningKeyPair> {
  const known = await nextKey(sql);
  const made = await loadSetting(sql, NEXT_MADE);
  if (known && typeof made === 'number' && made >= newestRevocation(core)) return known;
  const key = generateSigningKeyPair();
  await sql.run('INSERT OR REPLACE INTO secret VALUES (?, ?)', [NEXT, key.privateKey]);
  await saveSetting(sql, NEXT_MADE, core.directory.current.head);
  return key;
}

/** Keeps keys that another device holds, or is about to bring into force, in this order. */
export async function keepCandidates(sql: Sql, privateKeys: readonly Uint8Array[]): Promise<void> {
  for (const privateKey of privateKeys) {
    await sql.run('INSERT OR IGNORE INTO identity_candidate (public_key, private_key) VALUES (?, ?)', [
      signingPublicKey(privateKey),
      privateKey,
    ]);
  }
}

/**
 * Takes the identity key that the verified directory names, wherever this device has it from, and forgets those that came before it. True if
 * it holds that key then. What came after it stays: it may come into force when whoever handed it over can do so no more.
 */
export async function adoptKeyInForce(core: Core): Promise<boolean> {
  if (await core.store.read((sql) => keyInForce(sql, core))) return true;
  return core.store.transaction(async (sql) => {
    const named = core.directory.current.person(core.profile.personId)?.identityKey;
    const rows = await sql.all('SELECT private_key FROM identity_candidate ORDER BY number');
    const candidates = [await nextKey(sql), ...rows.map((row) => pairOf(bytesOf(row, 'private_key')))];
    const found = candidates.find((key) => key && named && equalBytes(key.publicKey, named));
    if (!found) return false;
    await sql.run('UPDATE secret SET value = ? WHERE name = ?', [found.privateKey, 'identityKey']);
    await sql.run('DELETE FROM secret WHERE name = ?', [NEXT]);
    await removeSetting(sql, NEXT_MADE);
    await forgetCandidatesUpTo(sql, found);
    return true;
  });
}

async function forgetCandidatesUpTo(sql: Sql, { publicKey }: SigningKeyPair): Promise<void> {
  const upTo = '(SELECT number FROM identity_candidate WHERE public_key = ?)';
  await sql.run(`DELETE FROM identity_candidate WHERE number <= ${upTo}`, [publicKey]);
}

/** Place of the newest revocation of a device of this person; 0 without one. */
export function newestRevocation({ directory, profile }: Knows): number {
  const devices = directory.current.devicesOf(profile.personId);
  return Math.max(0, ...devices.map(({ revoked }) => revoked?.seq ?? 0));
}

async function secret(sql: Sql, name: string): Promise<SigningKeyPair | undefined> {
  const row = await sql.get('SELECT value FROM secret WHERE name = ?', [name]);
  return row && pairOf(bytesOf(row, 'value'));
}

const pairOf = (privateKey: Uint8Array): SigningKeyPair => ({ privateKey, publicKey: signingPublicKey(privateKey) });
