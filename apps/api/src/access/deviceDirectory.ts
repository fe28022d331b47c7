import type { Clearance } from '#policy';

import type { Role } from './roles.js';

/** A device as the signed directory has it. */
export interface KnownDevice {
  readonly personId: string;
  readonly postId: string;
  /** Ed25519, 32 bytes: opens sessions. */
  readonly signatureKey: Uint8Array;
  readonly revokedAt?: Date;
}

/**
 * What access has to know about devices and people; the directory implements it and binds it globally:
 * `{ provide: DeviceDirectory, useExisting: … }`, exported by a module that is `@Global()`.
 * Every answer is as new as the newest recorded statement. When something here changes, the directory publishes
 * DEVICE_REVOKED_TOPIC or PERSON_CHANGED_TOPIC after its transaction, so that no instance trusts an old answer.
 */
export abstract class DeviceDirectory {
  /** Undefined when no such device was ever added. */
  abstract device(deviceId: string): Promise<KnownDevice | undefined>;
  /** Those of the devices that are revoked; asked every few seconds for the devices with open sockets. */
  abstract revokedAmong(deviceIds: readonly string[]): Promise<string[]>;
  /** Undefined when the person holds none, or it has expired. */
  abstract clearance(personId: string): Promise<Clearance | undefined>;
  abstract roles(personId: string): Promise<Role[]>;
  /** The device has opened a session. */
  abstract seen(deviceId: string): Promise<void>;
}

/** Payload: the device's id. Its sessions end, its sockets close. */
export const DEVICE_REVOKED_TOPIC = 'device.revoked';
/** Payload: the person's id. Roles, clearance or post have changed; callers are resolved anew. */
export const PERSON_CHANGED_TOPIC = 'person.changed';
