import { ready } from '#primitives';

import type { Client } from '../client.js';
import { PairingRequest } from '../devices/pairingRequest.js';
import type { AnsweredPairing } from '../devices/pairingRequest.js';
import { hasCode } from '../errors.js';
import type { Platform } from '../ports/platform.js';
import type { Transport } from '../ports/transport.js';
import { clientOf } from './open.js';
import { createVault } from './vault.js';
import type { VaultOptions } from './vault.js';

export interface PairingOptions {
  /** Origin of the server, for instance `https://chancery.example`. */
  readonly server: string;
  /** What people call this device. */
  readonly deviceName: string;
}

/** A new device of a person who has one already, from the code on its screen to its vault. */
export class NewDevice {
  private constructor(
    private readonly platform: Platform,
    private readonly transport: Transport,
    private readonly request: PairingRequest,
  ) {}

  /** @throws ChanceryError BAD_INPUT, NOT_FOUNDED, RATE_LIMITED, SERVER_UNREACHABLE */
  static async request(platform: Platform, { server, deviceName }: PairingOptions): Promise<NewDevice> {
    await ready();
    const transport = platform.connect(server);
    const request = await PairingRequest.start(transport, deviceName, platform.timer.now());
    return new NewDevice(platform, transport, request);
  }

  /** For the person to type on the other device. */
  get code(): string {
    return this.request.code;
  }

  /** The same for a QR code. */
  get text(): string {
    return this.request.text;
  }

  get expiresAt(): string {
    return this.request.expiresAt;
  }

  /** What to compare; undefined while the other device has not answered. @throws ChanceryError PAIRING_INVALID, PAIRING_EXPIRED … */
  answered(): Promise<AnsweredPairing | undefined> {
    return this.request.answered();
  }

  /**
   * To be called when the person has said that both screens show the same. Undefined while the other device has not approved. The vault is
   * there when directory and statement have been verified; where they do not verify, nothing stays.
   * @throws ChanceryError PAIRING_INVALID, ROOT_MISMATCH, STATEMENT_INVALID, VAULT_EXISTS, PASSPHRASE_WEAK …
   */
  async install(options: VaultOptions): Promise<Client | undefined> {
    const received = await this.request.received();
    if (!received) return undefined;
    const { personName, ministryName, fill } = received;
    const vault = await createVault(this.platform.vaults, options, [personName, ministryName], fill);
    const client = await clientOf(this.platform, vault, this.transport);
    try {
      await client.catchUp();
    } catch (error) {
      await (hasCode(error, 'SERVER_UNREACHABLE', 'INTERNAL') ? vault.close() : vault.discard());
      throw error;
    }
    await this.request.installed();
    return client;
  }

  /** The words differ, or the person has changed their mind. */
  refuse(): Promise<void> {
    return this.request.refuse();
  }
}
