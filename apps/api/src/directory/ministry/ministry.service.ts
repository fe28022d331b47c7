import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { Refusal } from '../../platform/refusal.js';
import { MinistryEntity } from './ministry.entity.js';

/** Whom this server serves. What is founded never changes, so it is read once; the security policy does: see `Policies`. */
@Injectable()
export class MinistryService {
  private founded: MinistryEntity | undefined;

  constructor(private readonly source: DataSource) {}

  /** Undefined before the founding. */
  async find(): Promise<MinistryEntity | undefined> {
    this.founded ??= (await this.source.manager.findOneBy(MinistryEntity, { only: true })) ?? undefined;
    return this.founded;
  }

  /** Throws NOT_FOUNDED. */
  async get(): Promise<MinistryEntity> {
    const ministry = await this.find();
    if (!ministry) throw new Refusal('NOT_FOUNDED', 'this server serves no ministry yet');
    return ministry;
  }
}
