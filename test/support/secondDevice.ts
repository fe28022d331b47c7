import { randomUUID } from 'node:crypto';
import { join } from 'node:path';

import type { Sql } from '#client';
import { openClient, unlockVault } from '#client/node';
import { PublishStatementsDocument } from '#contracts';
import { generateSigningKeyPair, sign, signingPublicKey, toBase64 } from '#primitives';
import type { SigningKeyPair } from '#primitives';
import { assembleStatement, draftStatement } from '#transparency';

import { exportHistoryKey, installHistoryKey } from '../../libs/client/src/history/key.js';
import { diskVaults } from '../../libs/client/src/node/vaults.js';
import { createVault, openVaultWithKey } from '../../libs/client/src/vault/vault.js';
import { migrate } from '../../libs/client/src/schema.js';
import { CHEAPEST, PASSPHRASE } from './clients.js';
import type { ClientMinistry, TestClient } from './clients.js';

/** What a device hands to the next one of the same person. */
interface Luggage {
  readonly profile: string;
  readonly identity: SigningKeyPair;
  readonly history: Uint8Array;
}

/**
 * A second device of a person with nothing on it but the keys that the first one hands over: what pairing leaves behind, without its
 * dialogue. The first client is opened anew.
 */
export async function addSecondDevice(
  ministry: ClientMinistry,
  who: TestClient,
): Promise<{ first: TestClient; second: TestClient }> {
  const luggage = await withVault(who, pack);
  const first = await ministry.reopen(who);
  const device = generateSigningKeyPair();
  const deviceId = randomUUID();
  await publishDevice(first, luggage.identity, deviceId, device);
  const folder = join(who.folder, '..', `second-${deviceId}`);
  const vault = await createVault(diskVaults, { folder, passphrase: PASSPHRASE, ...CHEAPEST }, [], async (store) => {
    await migrate(store);
    await store.transaction((sql) => unpack(sql, luggage, deviceId, device));
  });
  await vault.close();
  const client = await openClient({ folder, passphrase: PASSPHRASE, server: ministry.server.url });
  const second = await ministry.reopen({ ...who, deviceId, folder, client });
  await second.client.catchUp();
  return { first, second };
}

/** Works in a vault whose client is closed meanwhile; the client has to be opened anew. */
export async function withVault<Result>(
  { client, folder }: TestClient,
  work: (sql: Sql) => Promise<Result>,
): Promise<Result> {
  await client.close();
  const vault = await openVaultWithKey(diskVaults, folder, await unlockVault(folder, PASSPHRASE));
  try {
    return await vault.store.transaction(work);
  } finally {
    await vault.close();
  }
}

async function pack(sql: Sql): Promise<Luggage> {
  const profile = await sql.get("SELECT value FROM setting WHERE key = 'profile'");
  const identity = await sql.get("SELECT value FROM secret WHERE name = 'identityKey'");
  const privateKey = identity?.['value'] as Uint8Array;
  return {
    profile: profile?.['value'] as string,
    identity: { privateKey, publicKey: signingPublicKey(privateKey) },
    history: await exportHistoryKey(sql),
  };
}

async function unpack(sql: Sql, luggage: Luggage, deviceId: string, device: SigningKeyPair): Promise<void> {
  const profile: unknown = { ...(JSON.parse(luggage.profile) as object), deviceId, state: 'waiting' };
  await sql.run("INSERT INTO setting VALUES ('profile', ?)", [JSON.stringify(profile)]);
  await sql.run("INSERT INTO secret VALUES ('identityKey', ?)", [luggage.identity.privateKey]);
  await sql.run("INSERT INTO secret VALUES ('deviceKey', ?)", [device.privateKey]);
  await installHistoryKey(sql, luggage.history);
}

async function publishDevice(
  { client, personId: person }: TestClient,
  identity: SigningKeyPair,
  device: string,
  { publicKey: signatureKey }: SigningKeyPair,
): Promise<void> {
  const body = { type: 'addDevice', at: Date.now(), person, device, name: 'Second', signatureKey } as const;
  const draft = draftStatement(body);
  const signature = sign(identity.privateKey, draft.bytesToSign);
  const statement = assembleStatement(draft.body, { kind: 'person', id: person }, signature);
  await client.execute(PublishStatementsDocument, { statements: [toBase64(statement)] });
}
