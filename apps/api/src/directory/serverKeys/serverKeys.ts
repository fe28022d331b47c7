import { Injectable } from '@nestjs/common';

import { equalBytes } from '#primitives/verify';
import { SERVER_KEY_PURPOSES } from '#transparency';
import type { Directory, ServerKeyPurpose } from '#transparency';

import { Clock } from '../../platform/clock.js';
import { StatementLog } from '../statements/statementLog.js';
import { KeyFile } from './keyFile.js';
import type { ServerSigningKey } from './keyFile.js';
import { ServerKeyState } from './serverKey.model.js';
import type { ServerKeyType } from './serverKey.model.js';

/** What this server signs with, as far as the statements allow it. */
@Injectable()
export class ServerKeys {
  constructor(
    private readonly file: KeyFile,
    private readonly log: StatementLog,
    private readonly clock: Clock,
  ) {}

  /** The key to sign with now: it is the one that clients expect, unless no statement names any key of this server. */
  async current(purpose: ServerKeyPurpose): Promise<ServerSigningKey> {
    return this.file.current(purpose, await this.log.state());
  }

  /** All keys that this server holds, oldest first, and what the statements say of them. */
  async list(): Promise<ServerKeyType[]> {
    const directory = await this.log.state();
    return SERVER_KEY_PURPOSES.flatMap((purpose) => this.file.keysFor(purpose)).map((key) =>
      this.#view(key, directory),
    );
  }

  /** A key that is to take the place of the one in force; it does so when an officer's statement names it. */
  async renew(purpose: ServerKeyPurpose): Promise<ServerKeyType> {
    const directory = await this.log.state();
    return this.#view(await this.file.next(purpose, directory), directory);
  }

  #view({ purpose, publicKey }: ServerSigningKey, directory: Directory): ServerKeyType {
    const place = directory.serverKeys(purpose, this.clock.now()).findIndex((key) => equalBytes(key, publicKey));
    const isKnown = directory.isKeyTaken(publicKey);
    return { purpose, key: publicKey, state: stateOf(place, isKnown) };
  }
}

function stateOf(place: number, isKnown: boolean): ServerKeyState {
  if (place === 0) return ServerKeyState.CURRENT;
  if (place > 0) return ServerKeyState.OVERLAP;
  return isKnown ? ServerKeyState.ENDED : ServerKeyState.PENDING;
}
