import { Injectable } from '@nestjs/common';

import { AppConfig } from '../config/index.js';

/** The origin by which clients reach this server; devices sign it, so that a look-alike cannot use what they sign. */
@Injectable()
export class PublicOrigin {
  #listening: string | undefined;

  constructor(private readonly config: AppConfig) {}

  /** Called once, when the server listens. */
  listeningAt(url: string): void {
    this.#listening = url;
  }

  /** Scheme, host and port without a final slash. */
  get value(): string {
    const origin = this.config.origin ?? this.#listening;
    if (origin === undefined) throw new Error('the origin is known only when the server listens');
    return origin;
  }
}
