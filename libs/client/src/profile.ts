import type { SigningKeyPair } from '#primitives';
import { signingPublicKey } from '#primitives';

import { ChanceryError } from './errors.js';
import { bytesOf, textOf } from './ports/store.js';
import type { Sql, Store } from './ports/store.js';

/** Who this device is, as it stands in the vault. */
export interface Profile {
  readonly server: string;
  readonly ministryName: string;
  /** Canonical JSON text of the security policy that the device was enrolled with; see `PolicyKeeper` for the one in force. */
  readonly policy: string;
  /** base64url of the hash of the root statement; never changes. */
  readonly rootFingerprint: string;
  readonly personId: string;
  readonly personName: string;
  readonly postId: string;
  readonly deviceId: string;
  readonly deviceName: string;
  readonly state: 'waiting' | 'enrolled' | 'revoked';
}

export type SecretName = 'identityKey' | 'deviceKey';

export async function saveProfile(sql: Sql, profile: Profile): Promise<void> {
  await saveSetting(sql, 'profile', profile);
}

/** Key of the setting that holds a recovery under way: there is no profile before its end. */
export const RECOVERY = 'recovery';

/** @throws ChanceryError VAULT_DAMAGED for a vault without one, UNAUTHENTICATED while it waits for the end of a recovery */
export async function loadProfile(store: Store): Promise<Profile> {
  const profile = await store.read((sql) => loadSetting(sql, 'profile'));
  if (profile !== undefined) return profile as Profile;
  if ((await store.read((sql) => loadSetting(sql, RECOVERY))) === undefined)
    throw new ChanceryError('VAULT_DAMAGED', 'The vault does not say whom it belongs to.');
  throw new ChanceryError('UNAUTHENTICATED', 'The recovery of this vault is not complete.', {
    remedy: 'Go on with it: chancery recover, with the same --vault.',
  });
}

export async function saveSetting(sql: Sql, key: string, value: unknown): Promise<void> {
  await sql.run('INSERT OR REPLACE INTO setting VALUES (?, ?)', [key, JSON.stringify(value)]);
}

/** The value that was saved, as JSON gives it back; undefined when there is none. */
export async function loadSetting(sql: Sql, key: string): Promise<unknown> {
  const row = await sql.get('SELECT value FROM setting WHERE key = ?', [key]);
  return row && (JSON.parse(textOf(row, 'value')) as unknown);
}

export async function removeSetting(sql: Sql, key: string): Promise<void> {
  await sql.run('DELETE FROM setting WHERE key = ?', [key]);
}

export async function saveSecret(sql: Sql, name: SecretName, { privateKey }: SigningKeyPair): Promise<void> {
  await sql.run('INSERT INTO secret VALUES (?, ?)', [name, privateKey]);
}

export async function loadSecret(store: Store, name: SecretName): Promise<SigningKeyPair> {
  const row = await store.read((sql) => sql.get('SELECT value FROM secret WHERE name = ?', [name]));
  if (!row) throw new ChanceryError('VAULT_DAMAGED', 'A key is missing in the vault.');
  const privateKey = bytesOf(row, 'value');
  return { privateKey, publicKey: signingPublicKey(privateKey) };
}
