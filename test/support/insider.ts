import { Group } from '#mls';
import type { SigningKeyPair } from '#primitives';
import { signingPublicKey } from '#primitives';
import { unlockVault } from '#client/node';

import { diskVaults } from '../../libs/client/src/node/vaults.js';
import { openVaultWithKey } from '../../libs/client/src/vault/vault.js';
import { PASSPHRASE } from './clients.js';
import type { TestClient } from './clients.js';

/**
 * A member whose own client does what no client does: its vault is opened, and what it holds is used by hand. The client has to be
 * closed before, and is of no use afterwards.
 */
export interface Insider {
  readonly deviceKey: SigningKeyPair;
  /** The group as this device holds it, ready to encrypt and commit. */
  group(id: string): Promise<Group>;
  /** The group's stored state. */
  records(id: string): Promise<ReadonlyMap<string, Uint8Array>>;
  close(): Promise<void>;
}

export async function turn({ client, folder }: TestClient): Promise<Insider> {
  await client.close();
  const vault = await openVaultWithKey(diskVaults, folder, await unlockVault(folder, PASSPHRASE));
  const { store } = vault;
  const row = await store.read((sql) => sql.get("SELECT value FROM secret WHERE name = 'deviceKey'"));
  const privateKey = row?.['value'] as Uint8Array;
  const deviceKey = { privateKey, publicKey: signingPublicKey(privateKey) };
  const records = async (id: string): Promise<ReadonlyMap<string, Uint8Array>> => {
    const query = 'SELECT key, value FROM group_record WHERE group_id = ?';
    const rows = await store.read((sql) => sql.all(query, [id]));
    return new Map(rows.map((record) => [record['key'] as string, record['value'] as Uint8Array]));
  };
  const group = async (id: string): Promise<Group> => {
    const restored = Group.restore(await records(id), deviceKey);
    restored.confirmNewest();
    return restored;
  };
  return { deviceKey, group, records, close: () => vault.close() };
}
