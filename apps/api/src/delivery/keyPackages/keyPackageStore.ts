import { Injectable } from '@nestjs/common';

import { defaultSuite } from '#mls/wire';

import { Sql } from '../sql.js';
import type { Run, Statement } from '../sql.js';
import type { ClaimedKeyPackage, KeyPackageStock, SuiteStock } from './keyPackage.types.js';

export interface NewKeyPackage {
  readonly ref: Uint8Array;
  readonly cipherSuite: number;
  readonly isLastResort: boolean;
  readonly payload: Uint8Array;
  readonly notAfter: Date;
}

const STOCK: Statement = {
  name: 'key package stock',
  text: `
    SELECT cipher_suite AS suite, count(*) FILTER (WHERE NOT is_last_resort)::integer AS available,
      coalesce(bool_or(is_last_resort), false) AS "hasLastResort"
    FROM key_package WHERE device_id = $1 AND claimed_at IS NULL AND not_after > $2
    GROUP BY cipher_suite ORDER BY cipher_suite`,
};
/** A KeyPackage that is known already, claimed or not, is not published a second time. */
const PUBLISH: Statement = {
  name: 'publish key package',
  text: `
    INSERT INTO key_package (ref, device_id, cipher_suite, is_last_resort, payload, published_at, not_after)
    VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (ref) DO NOTHING`,
};
/** A device has one last resort a suite: the newest. */
const RETIRE: Statement = {
  name: 'retire last resorts',
  text: `
    DELETE FROM key_package WHERE device_id = $1 AND claimed_at IS NULL AND is_last_resort AND ref <> $2
      AND cipher_suite = $3`,
};
const EXPIRE: Statement = { name: 'expire key packages', text: 'DELETE FROM key_package WHERE not_after <= $1' };
/**
 * Who claims at the same time passes over rows that another claim holds, so that none is given out twice. A claimed
 * row keeps its reference until it expires.
 */
const CLAIM: Statement = {
  name: 'claim key packages',
  text: `
    UPDATE key_package k SET claimed_at = $2 FROM (
      SELECT c.ref FROM unnest($1::text[]) AS d(device_id)
      CROSS JOIN LATERAL (
        SELECT ref FROM key_package
        WHERE device_id = d.device_id AND claimed_at IS NULL AND NOT is_last_resort AND not_after > $2
          AND ($3::integer IS NULL OR cipher_suite = $3)
        ORDER BY cipher_suite = $4 DESC, published_at LIMIT 1 FOR UPDATE SKIP LOCKED
      ) c
    ) chosen
    WHERE k.ref = chosen.ref RETURNING k.device_id, k.payload`,
};
const LAST_RESORTS: Statement = {
  name: 'last resort key packages',
  text: `
    SELECT DISTINCT ON (device_id) device_id, payload FROM key_package
    WHERE device_id = ANY ($1::text[]) AND is_last_resort AND claimed_at IS NULL AND not_after > $2
      AND ($3::integer IS NULL OR cipher_suite = $3)
    ORDER BY device_id, cipher_suite = $4 DESC, published_at DESC`,
};

/** Keeps KeyPackages and gives each one-time KeyPackage out once. */
@Injectable()
export class KeyPackageStore {
  constructor(private readonly sql: Sql) {}

  async stock(deviceId: string, now: Date): Promise<KeyPackageStock> {
    const suites = await this.sql.run<SuiteStock>(STOCK, [deviceId, now]);
    const available = suites.reduce((sum, one) => sum + one.available, 0);
    return { available, hasLastResort: suites.some(({ hasLastResort }) => hasLastResort), suites };
  }

  /** All or nothing; removes what has expired. */
  publish(deviceId: string, keyPackages: readonly NewKeyPackage[], now: Date): Promise<void> {
    return this.sql.transaction(async (run) => {
      await run(EXPIRE, [now]);
      for (const { ref, cipherSuite, isLastResort, payload, notAfter } of keyPackages) {
        const bytes = Buffer.from(ref);
        if (isLastResort) await run(RETIRE, [deviceId, bytes, cipherSuite]);
        await run(PUBLISH, [bytes, deviceId, cipherSuite, isLastResort, Buffer.from(payload), now, notAfter]);
      }
    });
  }

  /**
   * One for each device, of the suite or of any, the last resort where nothing else is left. All or nothing: rejects as
   * `missing` says.
   */
  claim(
    deviceIds: readonly string[],
    suite: number | null,
    now: Date,
    missing: (deviceId: string) => Error,
  ): Promise<ClaimedKeyPackage[]> {
    return this.sql.transaction(async (run) => {
      const claimed = await claimWith(run, CLAIM, deviceIds, suite, now);
      const without = deviceIds.filter((deviceId) => !claimed.has(deviceId));
      const lastResorts = without.length > 0 ? await claimWith(run, LAST_RESORTS, without, suite, now) : claimed;
      return deviceIds.map((deviceId) => {
        const keyPackage = claimed.get(deviceId) ?? lastResorts.get(deviceId);
        if (!keyPackage) throw missing(deviceId);
        return { deviceId, keyPackage };
      });
    });
  }
}

async function claimWith(
  run: Run,
  statement: Statement,
  deviceIds: readonly string[],
  suite: number | null,
  now: Date,
) {
  const values = [deviceIds, now, suite, defaultSuite];
  const rows = await run<{ device_id: string; payload: Buffer }>(statement, values);
  return new Map(rows.map(({ device_id, payload }) => [device_id, payload]));
}
