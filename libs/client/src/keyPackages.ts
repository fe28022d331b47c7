import { KeyPackageStockDocument, PublishKeyPackagesDocument } from '#contracts';
import { createKeyPackage } from '#mls';
import type { CreatedKeyPackage } from '#mls';
import { toBase64, utf8 } from '#primitives';

import type { Core } from './core.js';
import { bytesOf, numberOf } from './ports/store.js';
import type { Sql } from './ports/store.js';

/** One-time KeyPackages that the server should hold for this device, and the number below which new ones are made. */
const FULL_STOCK = 20;
const LEAST_STOCK = 10;
const DAY_MS = 86_400_000;
/** Their lifetimes, after which no committer takes them (see createKeyPackage of libs/mls). */
const LIFETIME_MS = 30 * DAY_MS;
const LAST_RESORT_LIFETIME_MS = 365 * DAY_MS;
/** A Welcome may still be on its way when its KeyPackage has ended. */
const GRACE_MS = 60 * DAY_MS;

export interface StoredKeyPackage {
  readonly keyPackage: Uint8Array;
  readonly secrets: Uint8Array;
  readonly isLastResort: boolean;
}

/** Keeps the server's stock of this device's KeyPackages up. Secrets are in the vault before the server has the package. */
export async function keepStock(core: Core): Promise<void> {
  const { session, store, timer } = core;
  const { keyPackageStock: stock } = await session.execute(KeyPackageStockDocument, {});
  const missing = stock.available < LEAST_STOCK ? FULL_STOCK - stock.available : 0;
  if (missing === 0 && stock.hasLastResort) return;
  const oneTime = Array.from({ length: missing }, () => make(core, false));
  const lastResort = stock.hasLastResort ? undefined : make(core, true);
  await store.transaction(async (sql) => {
    await sql.run('DELETE FROM key_package WHERE expires_at < ?', [timer.now().getTime()]);
    for (const created of oneTime) await save(core, sql, created, false);
    if (lastResort) await save(core, sql, lastResort, true);
  });
  await session.execute(PublishKeyPackagesDocument, {
    keyPackages: oneTime.map(({ keyPackage }) => toBase64(keyPackage)),
    lastResort: lastResort ? toBase64(lastResort.keyPackage) : null,
  });
}

/** The first of these KeyPackages that this device made and still has. */
export async function findKeyPackage(
  sql: Sql,
  refs: readonly Uint8Array[],
): Promise<{ ref: Uint8Array; found: StoredKeyPackage } | undefined> {
  for (const ref of refs) {
    const row = await sql.get('SELECT * FROM key_package WHERE ref = ?', [ref]);
    if (!row) continue;
    const found = {
      keyPackage: bytesOf(row, 'key_package'),
      secrets: bytesOf(row, 'secrets'),
      isLastResort: numberOf(row, 'last_resort') === 1,
    };
    return { ref, found };
  }
  return undefined;
}

/** A KeyPackage joins one group; the one of last resort stays. */
export async function useUp(sql: Sql, ref: Uint8Array): Promise<void> {
  await sql.run('DELETE FROM key_package WHERE ref = ? AND last_resort = 0', [ref]);
}

function make({ profile, deviceKey }: Core, lastResort: boolean): CreatedKeyPackage {
  return createKeyPackage({ identity: utf8(profile.deviceId), signatureKeyPair: deviceKey, lastResort });
}

async function save(
  { timer }: Core,
  sql: Sql,
  { ref, keyPackage, secrets }: CreatedKeyPackage,
  isLastResort: boolean,
): Promise<void> {
  const lifetime = isLastResort ? LAST_RESORT_LIFETIME_MS : LIFETIME_MS;
  const expiresAt = timer.now().getTime() + lifetime + GRACE_MS;
  await sql.run('INSERT INTO key_package VALUES (?, ?, ?, ?, ?)', [
    ref,
    keyPackage,
    secrets,
    isLastResort ? 1 : 0,
    expiresAt,
  ]);
}
