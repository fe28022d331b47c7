import { ready } from '#primitives';

import type { Client } from '../client.js';
import { hasCode } from '../errors.js';
import type { Platform } from '../ports/platform.js';
import type { Transport } from '../ports/transport.js';
import { Comeback, prepareComeback } from '../recovery/comeback.js';
import { clientOf } from './open.js';
import { createVault, openVault } from './vault.js';
import type { Vault, VaultOptions } from './vault.js';

export interface RecoverOptions extends VaultOptions {
  /** Origin of the server. */
  readonly server: string;
  /** As it stands on the person's paper. */
  readonly code: string;
  /** What people call the new device. */
  readonly deviceName: string;
}

export interface ResumeOptions {
  readonly folder: string;
  readonly passphrase: string;
}

export interface FinishOptions {
  /** Whether the person's other devices go on; by default they are revoked as lost. */
  readonly keepDevices?: boolean;
}

/** The way back of a person without any device: asked for today, finished when an officer has approved. */
export class RecoveringDevice {
  private constructor(
    private readonly platform: Platform,
    private readonly vault: Vault,
    private readonly transport: Transport,
    private readonly comeback: Comeback,
  ) {}

  /**
   * Makes a vault that waits for the person to come back into it, and asks.
   * @throws ChanceryError RECOVERY_INVALID, VAULT_EXISTS, PASSPHRASE_WEAK, SERVER_UNREACHABLE …
   */
  static async begin(platform: Platform, options: RecoverOptions): Promise<RecoveringDevice> {
    await ready();
    const transport = platform.connect(options.server);
    const { origin } = transport;
    const fill = prepareComeback(origin, options.code, options.deviceName, platform.timer.now());
    const vault = await createVault(platform.vaults, options, [], fill);
    try {
      const comeback = await Comeback.load(vault.store);
      await comeback.request(transport);
      return new RecoveringDevice(platform, vault, transport, comeback);
    } catch (error) {
      await (hasCode(error, 'SERVER_UNREACHABLE', 'INTERNAL') ? vault.close() : vault.discard());
      throw error;
    }
  }

  /** Goes on with what `begin` has begun. @throws ChanceryError RECOVERY_INVALID for a vault in which no recovery is under way */
  static async resume(platform: Platform, { folder, passphrase }: ResumeOptions): Promise<RecoveringDevice> {
    const vault = await openVault(platform.vaults, folder, passphrase);
    try {
      const comeback = await Comeback.load(vault.store);
      const transport = platform.connect(comeback.server);
      await comeback.request(transport);
      return new RecoveringDevice(platform, vault, transport, comeback);
    } catch (error) {
      await vault.close();
      throw error;
    }
  }

  /** Six digits that the person reads to the officer. */
  get number(): string {
    return this.comeback.number;
  }

  /**
   * Undefined while no officer has decided. Afterwards this object is done with, and the client is the person's again.
   * @throws ChanceryError RECOVERY_INVALID, ROOT_MISMATCH, STATEMENT_INVALID
   */
  async finish({ keepDevices = false }: FinishOptions = {}): Promise<Client | undefined> {
    if (!(await this.comeback.advance(this.transport, this.platform.timer.now()))) return undefined;
    const client = await clientOf(this.platform, this.vault, this.transport);
    await client.catchUp();
    if (!keepDevices) await revokeOthers(client);
    return client;
  }

  /** Lets others at the vault; the recovery goes on with `resume`. */
  async close(): Promise<void> {
    await this.transport.close();
    await this.vault.close();
  }
}

/** The person has said that none is left: whoever has one of them is somebody else. */
async function revokeOthers(client: Client): Promise<void> {
  for (const { id, own, revoked } of await client.devices.list()) {
    if (!own && !revoked) await client.revokeDevice(id, 'LOST');
  }
}
