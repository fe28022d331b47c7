import { ClaimKeyPackagesDocument } from '#contracts';
import { decodeKeyPackage, MlsError } from '#mls';
import { equalBytes, fromBase64 } from '#primitives';
import type { DeviceRecord } from '#transparency';

import type { Core } from '../core.js';
import { ChanceryError, hasCode } from '../errors.js';
import { deviceIdOf } from './admission.js';

/** KeyPackages by device. */
export type Claimed = ReadonlyMap<string, Uint8Array>;

/** A device that has just come in publishes its KeyPackages within moments; others may never. */
const NEW_MS = 15 * 60_000;
const SOON_MS = 3_000;
const LATER_MS = 10 * 60_000;
/** Devices in one request. */
const MOST_AT_ONCE = 200;

/** Asks the server for KeyPackages, and takes none that is not under the key that the directory names. */
export class KeyPackageClaims {
  /** Devices, each with a suite, that had none, and until when they are not asked for again. */
  private readonly absent = new Map<string, number>();

  constructor(private readonly core: Core) {}

  /**
   * For people who are to come into a conversation: a device without KeyPackages is left out, and comes in later by itself, as long as its
   * person has another. @throws ChanceryError NO_KEY_PACKAGE for a person without any, KEY_PACKAGE_INVALID for a forged one
   */
  async forPeople(devices: readonly DeviceRecord[], suite: number): Promise<Claimed> {
    const claimed = await this.claim(devices, suite);
    for (const personId of new Set(devices.map(({ person }) => person))) {
      if (devices.some(({ id, person }) => person === personId && claimed.has(id))) continue;
      const name = this.core.directory.current.person(personId)?.name ?? personId;
      throw new ChanceryError('NO_KEY_PACKAGE', `${name} has no device that can be added.`, { field: 'personIds' });
    }
    return claimed;
  }

  /** Of those of the devices that have one. @throws ChanceryError KEY_PACKAGE_INVALID for a forged one */
  async available(devices: readonly DeviceRecord[], suite: number): Promise<Claimed> {
    return this.claim(
      devices.filter(({ id }) => !this.isAbsent(id, suite)),
      suite,
    );
  }

  /** Whether a device had none a moment ago, so that it is of no use to ask again. */
  isAbsent(deviceId: string, suite: number): boolean {
    return (this.absent.get(nameOf(deviceId, suite)) ?? 0) > this.core.timer.now().getTime();
  }

  /** Of all of the devices. @throws ChanceryError NO_KEY_PACKAGE where one has none of the suite */
  async ofAll(devices: readonly DeviceRecord[], suite: number): Promise<Claimed> {
    const claimed = new Map<string, Uint8Array>();
    for (let from = 0; from < devices.length; from += MOST_AT_ONCE) {
      for (const [id, keyPackage] of await this.ask(devices.slice(from, from + MOST_AT_ONCE), suite)) {
        claimed.set(id, keyPackage);
      }
    }
    return claimed;
  }

  private async claim(devices: readonly DeviceRecord[], suite: number): Promise<Claimed> {
    if (devices.length === 0) return new Map();
    try {
      return await this.ask(devices, suite);
    } catch (error) {
      if (!hasCode(error, 'NO_KEY_PACKAGE')) throw error;
    }
    // all or nothing, says the server: so one after the other
    const claimed = new Map<string, Uint8Array>();
    for (const device of devices) {
      for (const [id, keyPackage] of await this.askForOne(device, suite)) claimed.set(id, keyPackage);
    }
    return claimed;
  }

  private async askForOne(device: DeviceRecord, suite: number): Promise<Claimed> {
    try {
      return await this.ask([device], suite);
    } catch (error) {
      if (!hasCode(error, 'NO_KEY_PACKAGE')) throw error;
      const now = this.core.timer.now().getTime();
      const isNew = now - device.at < NEW_MS;
      this.absent.set(nameOf(device.id, suite), now + (isNew ? SOON_MS : LATER_MS));
      if (isNew) this.core.onDelay();
      return new Map();
    }
  }

  private async ask(devices: readonly DeviceRecord[], suite: number): Promise<Claimed> {
    const deviceIds = devices.map(({ id }) => id);
    const { claimKeyPackages } = await this.core.session.execute(ClaimKeyPackagesDocument, { deviceIds, suite });
    const given = new Map(claimKeyPackages.map(({ deviceId, keyPackage }) => [deviceId, fromBase64(keyPackage)]));
    return new Map(devices.map((device) => [device.id, this.genuine(device, suite, given.get(device.id))]));
  }

  /** The server gives KeyPackages out; whose they are the directory says. */
  private genuine(device: DeviceRecord, suite: number, keyPackage: Uint8Array | undefined): Uint8Array {
    const leaf = keyPackage && this.decoded(keyPackage);
    const isGenuine =
      leaf?.cipherSuite === suite &&
      deviceIdOf(leaf.identity) === device.id &&
      equalBytes(leaf.signatureKey, device.signatureKey);
    if (keyPackage && isGenuine) return keyPackage;
    const message = `The server gave a KeyPackage that is not of the device ${device.name}.`;
    const problem = { code: 'KEY_PACKAGE_INVALID', message } as const;
    this.core.emit({ type: 'problem', conversationId: undefined, problem });
    throw new ChanceryError(problem.code, message, { remedy: 'Nobody was added. Tell your security officer.' });
  }

  private decoded(keyPackage: Uint8Array) {
    try {
      return decodeKeyPackage(keyPackage, { now: this.core.timer.now().getTime() });
    } catch (error) {
      if (error instanceof MlsError) return undefined;
      throw error;
    }
  }
}

const nameOf = (deviceId: string, suite: number): string => `${deviceId} ${String(suite)}`;
