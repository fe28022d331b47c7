import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { PairingApproval } from '#client';
import { requestPairing } from '#client/node';
import type { NewDevice } from '#client/node';

import { CHEAPEST, PASSPHRASE } from './clients.js';
import type { ClientMinistry, TestClient } from './clients.js';

export const vaultOptions = (folder: string) => ({ folder, passphrase: PASSPHRASE, ...CHEAPEST });

export const newFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'chancery-device-'));

/** A new device and one that is enrolled, as far as both have shown what the person compares. */
export interface Meeting {
  readonly fresh: NewDevice;
  readonly approval: PairingApproval;
  /** As the new device shows them. */
  readonly digits: string;
  readonly words: readonly string[];
}

export async function meet(
  ministry: Pick<ClientMinistry, 'server'>,
  { client }: TestClient,
  deviceName = 'Telephone',
): Promise<Meeting> {
  const fresh = await requestPairing({ server: ministry.server.url, deviceName });
  const approval = await client.devices.approve(fresh.code);
  const answered = await fresh.answered();
  if (!answered) throw new Error('the answer did not arrive');
  const { digits, words } = answered;
  return { fresh, approval, digits, words };
}

/** Pairs a further device of a person; both screens have to show the same. */
export async function pair(
  ministry: Pick<ClientMinistry, 'server'>,
  who: TestClient,
  deviceName = 'Telephone',
): Promise<TestClient> {
  const { fresh, approval, digits } = await meet(ministry, who, deviceName);
  const revealed = await approval.revealed();
  if (revealed?.digits !== digits) throw new Error('the digits differ');
  await approval.approve();
  const folder = await newFolder();
  const client = await fresh.install(vaultOptions(folder));
  if (!client) throw new Error('nothing was handed over');
  const { personId, deviceId } = await client.whoami();
  return { name: who.name, personId, deviceId, folder, client };
}
