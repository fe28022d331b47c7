import { createPrivateKey, createPublicKey, generateKeyPairSync, randomUUID, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { access, link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { z } from 'zod';

import { equalBytes } from '#primitives/verify';
import { SERVER_KEY_PURPOSES } from '#transparency';
import type { Directory, ServerKeyPurpose } from '#transparency';

import { AppConfig } from '../../config/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';

/** An Ed25519 key of this server. It signs, and opens nothing. */
export interface ServerSigningKey {
  readonly purpose: ServerKeyPurpose;
  /** 32 bytes. */
  readonly publicKey: Uint8Array;
  /** 64 bytes (RFC 8032). */
  sign(message: Uint8Array): Uint8Array;
}

const format = z.object({
  version: z.literal(1),
  keys: z.array(
    z.object({ purpose: z.enum(SERVER_KEY_PURPOSES), createdAt: z.iso.datetime(), pkcs8: z.base64().min(1) }),
  ),
});
type Stored = z.infer<typeof format>['keys'][number];

/**
 * The private halves of the server's keys, in a file of mode 0600 that all instances share. Which of them are in force is not
 * the file's matter: a key signs from the statement on that names it.
 */
@Injectable()
export class KeyFile implements OnModuleInit {
  private readonly path: string;
  private held: readonly ServerSigningKey[] = [];

  constructor(
    config: AppConfig,
    private readonly clock: Clock,
  ) {
    this.path = config.keysFile ?? join(config.dataFolder, 'server-keys.json');
  }

  /** Makes the first key of each purpose where there is no file. Throws CONFIG_INVALID for one that can't be read. */
  async onModuleInit(): Promise<void> {
    const isThere = await access(this.path).then(
      () => true,
      () => false,
    );
    if (!isThere) await this.makeFirst();
    await this.reread();
  }

  /** The keys of a purpose, oldest first. */
  keysFor(purpose: ServerKeyPurpose): readonly ServerSigningKey[] {
    return this.held.filter((key) => key.purpose === purpose);
  }

  /** The newest key that the statements name and this server holds; the first one of all while they name none. */
  async current(purpose: ServerKeyPurpose, directory: Directory): Promise<ServerSigningKey> {
    const stated = directory.serverKeys(purpose, this.clock.now());
    if (stated.length > 0 && !this.newestOf(stated)) await this.reread(); // another instance may have made it
    const key = this.newestOf(stated) ?? this.keysFor(purpose)[0];
    if (!key) throw new Error(`the key file has no key for ${purpose}`);
    return key;
  }

  async holds(publicKey: Uint8Array): Promise<boolean> {
    if (this.newestOf([publicKey])) return true;
    await this.reread();
    return this.newestOf([publicKey]) !== undefined;
  }

  /** The key that waits for its statement; makes one unless there is one already. */
  async next(purpose: ServerKeyPurpose, directory: Directory): Promise<ServerSigningKey> {
    await this.reread();
    const newest = this.keysFor(purpose).at(-1);
    const stated = directory.serverKeys(purpose, this.clock.now());
    if (newest && !stated.some((key) => equalBytes(key, newest.publicKey))) return newest;
    await this.write([...(await this.read()), this.make(purpose)]);
    await this.reread();
    return this.next(purpose, directory);
  }

  private newestOf(publicKeys: readonly Uint8Array[]): ServerSigningKey | undefined {
    const found = publicKeys.map((publicKey) => this.held.find((key) => equalBytes(key.publicKey, publicKey)));
    return found.find((key) => key !== undefined);
  }

  private make(purpose: ServerKeyPurpose): Stored {
    const { privateKey } = generateKeyPairSync('ed25519');
    const pkcs8 = privateKey.export({ format: 'der', type: 'pkcs8' }).toString('base64');
    return { purpose, createdAt: this.clock.now().toISOString(), pkcs8 };
  }

  /** Instances that start at once agree on one file: the first link stays. */
  private async makeFirst(): Promise<void> {
    await mkdir(dirname(this.path), { recursive: true });
    const file = await this.writeBeside(SERVER_KEY_PURPOSES.map((purpose) => this.make(purpose)));
    try {
      await link(file, this.path);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      await rm(file);
    }
  }

  private async write(keys: readonly Stored[]): Promise<void> {
    await rename(await this.writeBeside(keys), this.path);
  }

  private async writeBeside(keys: readonly Stored[]): Promise<string> {
    const file = `${this.path}.${randomUUID()}`;
    await writeFile(file, JSON.stringify({ version: 1, keys }, undefined, 2), { flag: 'wx', mode: 0o600, flush: true });
    return file;
  }

  private async reread(): Promise<void> {
    this.held = (await this.read()).map(signingKeyOf);
  }

  private async read(): Promise<Stored[]> {
    try {
      return format.parse(JSON.parse(await readFile(this.path, 'utf8'))).keys;
    } catch {
      throw new Refusal('CONFIG_INVALID', "the file of the server's keys can't be read", {
        field: 'CHANCERY_KEYS_FILE',
        remedy: 'Put the file back from its backup; without it the ministry has to be told of new keys.',
      });
    }
  }
}

function signingKeyOf({ purpose, pkcs8 }: Stored): ServerSigningKey {
  const key = createPrivateKey({ key: Buffer.from(pkcs8, 'base64'), format: 'der', type: 'pkcs8' });
  return { purpose, publicKey: publicHalf(key), sign: (message) => new Uint8Array(sign(null, message, key)) };
}

function publicHalf(key: KeyObject): Uint8Array {
  const { x = '' } = createPublicKey(key).export({ format: 'jwk' });
  return new Uint8Array(Buffer.from(x, 'base64url'));
}
