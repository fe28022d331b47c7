import { Injectable } from '@nestjs/common';
import { RateLimiterMemory } from 'rate-limiter-flexible';

import type { Caller } from '../../access/index.js';
import { AppConfig } from '../../config/index.js';
import { DirectoryService } from '../../directory/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { checkKeyPackage } from './keyPackageCheck.js';
import { KeyPackageStore } from './keyPackageStore.js';
import type { NewKeyPackage } from './keyPackageStore.js';
import type { ClaimedKeyPackage, KeyPackageStock } from './keyPackage.types.js';

const MAX_PUBLISHED = 100;
const MAX_STOCK = 500;
const MAX_CLAIMED = 200;
const MINUTE_SECONDS = 60;

/** KeyPackages (RFC 9420 section 10): published by each device for itself, claimed by whoever adds it to a group. */
@Injectable()
export class KeyPackagesService {
  readonly #claims: RateLimiterMemory;

  constructor(
    private readonly store: KeyPackageStore,
    private readonly directory: DirectoryService,
    private readonly clock: Clock,
    config: AppConfig,
  ) {
    // a claim uses up what belongs to somebody else, so each device counts as one request
    this.#claims = new RateLimiterMemory({ points: config.limits.devicePerMinute, duration: MINUTE_SECONDS });
  }

  stock(caller: Caller): Promise<KeyPackageStock> {
    return this.store.stock(caller.deviceId, this.clock.now());
  }

  /** All or nothing. Throws KEY_PACKAGE_INVALID or TOO_LARGE. */
  async publish(
    caller: Caller,
    keyPackages: readonly Uint8Array[],
    lastResort: Uint8Array | null | undefined,
  ): Promise<KeyPackageStock> {
    if (keyPackages.length > MAX_PUBLISHED) throw tooMany('keyPackages', MAX_PUBLISHED);
    const { available } = await this.stock(caller);
    if (available + keyPackages.length > MAX_STOCK) throw tooMany('keyPackages', MAX_STOCK - available);
    const checked = await this.#check(caller, keyPackages, lastResort ? [lastResort] : []);
    await this.store.publish(caller.deviceId, checked, this.clock.now());
    return this.stock(caller);
  }

  /** One for each device, of a suite or of any. Throws NO_KEY_PACKAGE (nothing is claimed then), RATE_LIMITED or TOO_LARGE. */
  async claim(caller: Caller, deviceIds: readonly string[], suite: number | null): Promise<ClaimedKeyPackage[]> {
    if (deviceIds.length > MAX_CLAIMED) throw tooMany('deviceIds', MAX_CLAIMED);
    if (deviceIds.length === 0) return [];
    const devices = [...new Set(deviceIds)];
    await this.#count(caller, devices.length);
    for (const deviceId of devices) {
      const device = await this.directory.device(deviceId);
      if (!device || device.revokedAt) throw none(deviceId);
    }
    return this.store.claim(devices, suite, this.clock.now(), none);
  }

  async #check(caller: Caller, oneTime: readonly Uint8Array[], lastResort: readonly Uint8Array[]) {
    const device = await this.directory.device(caller.deviceId);
    if (!device) throw new Refusal('KEY_PACKAGE_INVALID', 'the directory does not know this device');
    const publisher = { deviceId: caller.deviceId, signatureKey: device.signatureKey };
    const now = this.clock.now();
    const check =
      (isLastResort: boolean) =>
      (payload: Uint8Array): NewKeyPackage => {
        const { ref, cipherSuite, notAfter } = checkKeyPackage(payload, publisher, isLastResort, now);
        return { ref, cipherSuite, isLastResort, payload, notAfter: new Date(notAfter * 1000) };
      };
    return [...oneTime.map(check(false)), ...lastResort.map(check(true))];
  }

  async #count(caller: Caller, devices: number): Promise<void> {
    try {
      await this.#claims.consume(caller.deviceId, devices);
    } catch {
      throw new Refusal('RATE_LIMITED', 'too many KeyPackages claimed in a minute', { field: 'deviceIds' });
    }
  }
}

function tooMany(field: string, limit: number): Refusal {
  return new Refusal('TOO_LARGE', `at most ${String(Math.max(limit, 0))} now`, { field });
}

function none(deviceId: string): Refusal {
  return new Refusal('NO_KEY_PACKAGE', `no KeyPackage of device ${deviceId.slice(0, 64)}`, { field: 'deviceIds' });
}
