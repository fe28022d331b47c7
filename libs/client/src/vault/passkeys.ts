import { ready } from '#primitives';

import { ChanceryError } from '../errors.js';
import { Mutex } from '../mutex.js';
import type { HeldVault, Vaults } from '../ports/platform.js';
import { openKey } from '../vaultKey.js';
import { openUnderPasskey, sealUnderPasskey } from './passkeyKey.js';
import type { PasskeySealedKey } from './passkeyKey.js';

/** A passkey that opens a vault beside its passphrase. */
export interface Passkey {
  /** base64url: the credential's id. */
  readonly id: string;
  /** base64url: what its authenticator evaluates the PRF over. */
  readonly salt: string;
  /** What the person calls it. */
  readonly name: string;
  /** RFC 3339. */
  readonly addedAt: string;
}

/** What an authenticator gave for a passkey. Whoever makes one wipes it when it has served. */
export interface PasskeySecret {
  readonly id: string;
  /** 32 bytes. */
  readonly prf: Uint8Array;
}

interface KeptPasskey extends Passkey, PasskeySealedKey {}

const PURPOSE = 'vault';
const MOST_NAME_CHARACTERS = 200;

/**
 * The passkeys of an open vault. They stand in `vault.json` beside the key that is sealed under the passphrase, which stays the way in when an
 * authenticator is lost. A copy of the file made before a passkey was taken away still opens by it.
 */
export class Passkeys {
  private readonly writing = new Mutex();

  constructor(
    private readonly vaults: Vaults,
    private readonly folder: string,
    private readonly held: HeldVault,
  ) {}

  list(): Promise<Passkey[]> {
    return passkeysOf(this.vaults, this.folder);
  }

  /**
   * Lets a passkey open the vault. The passphrase is asked for again: an open vault that somebody left is not enough for a way into it for good.
   * Blocks for the time of Argon2id. @throws ChanceryError WRONG_PASSPHRASE, BAD_INPUT
   */
  add({ salt, name, addedAt }: Omit<Passkey, 'id'>, { id, prf }: PasskeySecret, passphrase: string): Promise<void> {
    if (name === '' || name.length > MOST_NAME_CHARACTERS) {
      throw new ChanceryError('BAD_INPUT', 'A passkey has a name of 1 to 200 characters.', { field: 'name' });
    }
    return this.change((text, kept) => {
      const dataKey = openKey(text, passphrase, PURPOSE);
      const sealed = sealUnderPasskey(dataKey, prf, id, salt);
      dataKey.fill(0);
      return [...kept.filter((one) => one.id !== id), { ...sealed, name, addedAt }];
    });
  }

  /** From now on it opens this file no more. */
  remove(id: string): Promise<void> {
    return this.change((_, kept) => kept.filter((one) => one.id !== id));
  }

  private change(next: (text: string, kept: readonly KeptPasskey[]) => readonly KeptPasskey[]): Promise<void> {
    return this.writing.run(async () => {
      const text = await this.vaults.readKey(this.folder);
      const passkeys = next(text, parse(text));
      const whole = JSON.parse(text) as object;
      await this.held.writeKey(JSON.stringify({ ...whole, passkeys }, undefined, 2));
    });
  }
}

/** Of a vault that may be closed: none of it is secret. @throws ChanceryError VAULT_MISSING, VAULT_DAMAGED */
export async function passkeysOf(vaults: Vaults, folder: string): Promise<Passkey[]> {
  const kept = parse(await vaults.readKey(folder));
  return kept.map(({ id, salt, name, addedAt }) => ({ id, salt, name, addedAt }));
}

/** The key of a vault's database, by a passkey. @throws ChanceryError VAULT_MISSING, WRONG_PASSKEY, VAULT_DAMAGED */
export async function unlockByPasskey(vaults: Vaults, folder: string, { id, prf }: PasskeySecret): Promise<Uint8Array> {
  await ready();
  const kept = parse(await vaults.readKey(folder)).find((one) => one.id === id);
  if (!kept) throw new ChanceryError('WRONG_PASSKEY', 'This vault knows no such passkey.');
  return openUnderPasskey(kept, prf);
}

function parse(text: string): readonly KeptPasskey[] {
  try {
    const { passkeys = [] } = JSON.parse(text) as { readonly passkeys?: unknown };
    if (Array.isArray(passkeys) && passkeys.every(isKept)) return passkeys;
  } catch (cause) {
    throw new ChanceryError('VAULT_DAMAGED', 'The file with the sealed key is damaged.', { cause });
  }
  throw new ChanceryError('VAULT_DAMAGED', 'The file with the sealed key names passkeys that are none.');
}

function isKept(value: unknown): value is KeptPasskey {
  if (typeof value !== 'object' || value === null) return false;
  const { id, salt, name, addedAt, sealedKey } = value as Partial<KeptPasskey>;
  return [id, salt, name, addedAt, sealedKey].every((text) => typeof text === 'string');
}
