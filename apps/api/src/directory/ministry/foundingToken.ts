import { randomBytes } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { equalBytes, sha256 } from '#primitives/verify';

import { AppConfig } from '../../config/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { FoundingTokenEntity, MinistryEntity } from './ministry.entity.js';

const TOKEN_BYTES = 32;

/** The word that allows the founding: the operator's own from the configuration, or one that is made once and shown once. */
@Injectable()
export class FoundingToken {
  constructor(
    private readonly config: AppConfig,
    private readonly source: DataSource,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes the token at the first start, for the operator's eyes; only its hash is stored. Undefined when there is nothing to show:
   * the ministry is founded, the operator has set a token, or another start has shown one. (Whoever lost that one sets
   * CHANCERY_FOUNDING_TOKEN.)
   */
  async issue(): Promise<string | undefined> {
    if (this.config.foundingToken !== undefined || (await this.source.manager.exists(MinistryEntity))) return undefined;
    const token = randomBytes(TOKEN_BYTES).toString('base64url');
    const row = { only: true, tokenHash: hash(token), issuedAt: this.clock.now() };
    const insert = this.source.manager.createQueryBuilder().insert().into(FoundingTokenEntity).values(row);
    const result = await insert.orIgnore().returning('issued_at').execute();
    return (result.raw as unknown[]).length === 1 ? token : undefined;
  }

  /** Throws FOUNDING_TOKEN_INVALID. */
  async require(token: string, manager: EntityManager): Promise<void> {
    const expected = await this.expected(manager);
    if (expected && equalBytes(expected, hash(token))) return;
    throw new Refusal('FOUNDING_TOKEN_INVALID', 'the founding token is not the right one', {
      field: 'input.foundingToken',
    });
  }

  /** Makes the stored token void. */
  async discard(manager: EntityManager): Promise<void> {
    await manager.delete(FoundingTokenEntity, { only: true });
  }

  private async expected(manager: EntityManager): Promise<Uint8Array | undefined> {
    if (this.config.foundingToken !== undefined) return hash(this.config.foundingToken);
    return (await manager.findOneBy(FoundingTokenEntity, { only: true }))?.tokenHash;
  }
}

function hash(token: string): Buffer {
  return Buffer.from(sha256(Buffer.from(token)));
}
