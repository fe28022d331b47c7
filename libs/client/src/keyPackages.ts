import { KeyPackageStockDocument, PublishKeyPackagesDocument } from '#contracts';
import { createKeyPackage, defaultSuite, suiteIds } from '#mls';
import type { CreatedKeyPackage } from '#mls';
import { toBase64, utf8 } from '#primitives';

import type { Core } from './core.js';
import { bytesOf, numberOf } from './ports/store.js';
import type { Sql } from './ports/store.js';
import { loadSetting, removeSetting } from './profile.js';

/** One-time KeyPackages that the server should hold for this device, and the number below which new ones are made. */
const FULL_STOCK: Wanted = { least: 10, full: 20 };
/** Of a suite that no conversation of this device has. */
const SPARE_STOCK: Wanted = { least: 2, full: 4 };
const NO_STOCK: Stock = { available: 0, hasLastResort: false };
/** Published in one request. */
const MOST_AT_ONCE = 100;
/** A new device expects as many Welcomes as its person has conversations; for more than these the last resort serves. */
const MOST_EXPECTED = 400;
/** Key of the setting that says how many, until the first stock is made. */
export const EXPECTED_WELCOMES = 'expectedWelcomes';
const DAY_MS = 86_400_000;
/** Their lifetimes, after which no committer takes them (see createKeyPackage of libs/mls). */
const LIFETIME_MS = 30 * DAY_MS;
const LAST_RESORT_LIFETIME_MS = 365 * DAY_MS;
/** A Welcome may still be on its way when its KeyPackage has ended. */
const GRACE_MS = 60 * DAY_MS;

/** As the server tells it, of one suite. */
interface Stock {
  readonly available: number;
  readonly hasLastResort: boolean;
}

/** Below `least` it is filled up to `full`. */
interface Wanted {
  readonly least: number;
  readonly full: number;
}

export interface StoredKeyPackage {
  readonly keyPackage: Uint8Array;
  readonly secrets: Uint8Array;
  readonly isLastResort: boolean;
}

/**
 * Keeps the server's stock of this device's KeyPackages up, in each cipher suite, so that a conversation can move to any of them while
 * this device is away. Secrets are in the vault before the server has the package.
 */
export async function keepStock(core: Core): Promise<void> {
  const { keyPackageStock } = await core.session.execute(KeyPackageStockDocument, {});
  const inUse = await suitesInUse(core);
  for (const suite of suiteIds) {
    const stock = keyPackageStock.suites.find((one) => one.suite === suite) ?? NO_STOCK;
    await replenish(core, suite, stock, inUse.has(suite) ? await wantedInUse(core, suite) : SPARE_STOCK);
  }
}

/** Those of one's conversations, those that campaigns ask for, and the one in which conversations begin. */
async function suitesInUse({ store, directory }: Core): Promise<ReadonlySet<number>> {
  const rows = await store.read((sql) => sql.all('SELECT DISTINCT suite FROM conversation'));
  const asked = directory.current.campaigns().flatMap(({ suite }) => suite ?? []);
  return new Set([defaultSuite, ...asked, ...rows.map((row) => numberOf(row, 'suite'))]);
}

async function wantedInUse({ store }: Core, suite: number): Promise<Wanted> {
  if (suite !== defaultSuite) return FULL_STOCK;
  const expected = (await store.read((sql) => loadSetting(sql, EXPECTED_WELCOMES))) as number | undefined;
  return { ...FULL_STOCK, full: FULL_STOCK.full + Math.min(expected ?? 0, MOST_EXPECTED) };
}

async function replenish(core: Core, suite: number, stock: Stock, { least, full }: Wanted): Promise<void> {
  const missing = stock.available < least ? full - stock.available : 0;
  if (missing === 0 && stock.hasLastResort) return;
  const oneTime = Array.from({ length: missing }, () => make(core, suite, false));
  const lastResort = stock.hasLastResort ? undefined : make(core, suite, true);
  await core.store.transaction(async (sql) => {
    await sql.run('DELETE FROM key_package WHERE expires_at < ?', [core.timer.now().getTime()]);
    for (const created of oneTime) await save(core, sql, created, false);
    if (lastResort) await save(core, sql, lastResort, true);
    if (suite === defaultSuite) await removeSetting(sql, EXPECTED_WELCOMES);
  });
  await publish(core, oneTime, lastResort);
}

async function publish(
  { session }: Core,
  oneTime: readonly CreatedKeyPackage[],
  lastResort: CreatedKeyPackage | undefined,
): Promise<void> {
  const keyPackages = oneTime.map(({ keyPackage }) => toBase64(keyPackage));
  await session.execute(PublishKeyPackagesDocument, {
    keyPackages: keyPackages.slice(0, MOST_AT_ONCE),
    lastResort: lastResort ? toBase64(lastResort.keyPackage) : null,
  });
  for (let from = MOST_AT_ONCE; from < keyPackages.length; from += MOST_AT_ONCE) {
    const more = keyPackages.slice(from, from + MOST_AT_ONCE);
    await session.execute(PublishKeyPackagesDocument, { keyPackages: more, lastResort: null });
  }
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

function make({ profile, deviceKey }: Core, suite: number, lastResort: boolean): CreatedKeyPackage {
  return createKeyPackage({ suite, identity: utf8(profile.deviceId), signatureKeyPair: deviceKey, lastResort });
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
