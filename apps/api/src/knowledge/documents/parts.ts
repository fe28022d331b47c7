import { Injectable } from '@nestjs/common';
import { In } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';
import type { Label } from '#policy';

import { Refusal } from '../../platform/refusal.js';
import { DocumentEntity } from './document.entity.js';
import { DocumentsService } from './documents.service.js';
import { kindOf } from './kinds.js';
import { Labels } from '../labels.js';
import type { PartPlace } from './metadata.js';
import type { Reader } from '../reading.service.js';

/**
 * Separately labelled parts: documents of their own inside another one. Who may read a part may read the whole; who reads
 * the whole gets the parts that they may read, and nothing tells of others.
 */
@Injectable()
export class Parts {
  constructor(
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  /**
   * Checks that a paper with this label may be that part. Throws NOT_FOUND for a whole that the writer may not read,
   * BAD_INPUT for a part that its kind does not have, LABEL_TOO_HIGH where the whole's label is above the part's.
   */
  async requirePlace({ of, slot }: PartPlace, label: Label, collectionId: string, reader: Reader): Promise<void> {
    const whole = await this.documents.require(of, reader.filter);
    const known = kindOf(whole.kind)?.parts ?? [];
    if (whole.partOf !== null || whole.collectionId !== collectionId) {
      throw new Refusal('BAD_INPUT', 'a part is of a document of its own in the same collection', { field: 'partOf' });
    }
    if (!known.includes(slot)) {
      const names = known.length === 0 ? 'none' : known.join(', ');
      throw new Refusal('BAD_INPUT', `the parts of a ${whole.kind} are: ${names}`, { field: 'slot' });
    }
    const above = (await this.labels.byIds([whole.labelId])).get(whole.labelId);
    if (above && dominates(label, above, reader.policy)) return;
    throw new Refusal('LABEL_TOO_HIGH', 'the label of a part covers the label of the whole', { field: 'label' });
  }

  /** Throws CONFLICT where a whole was moved since its place was required. The collection's filings have to be locked. */
  async requireStillThere(
    places: readonly PartPlace[],
    collectionId: string,
    transaction: EntityManager,
  ): Promise<void> {
    const wholes = [...new Set(places.map(({ of }) => of))];
    if (wholes.length === 0) return;
    const there = await transaction.countBy(DocumentEntity, { id: In(wholes), collectionId });
    if (there === wholes.length) return;
    throw new Refusal('CONFLICT', 'the document has just been moved to another collection', { field: 'partOf' });
  }

  /** What the writer can see of these parts. */
  async existing(
    places: readonly PartPlace[],
    { filter }: Reader,
    transaction: EntityManager,
  ): Promise<DocumentEntity[]> {
    if (places.length === 0) return [];
    return transaction
      .createQueryBuilder(DocumentEntity, 'd')
      .where('d.partOf = ANY(:wholes) AND d.labelId = ANY(:labels)', {
        wholes: places.map(({ of }) => of),
        labels: filter.labels,
      })
      .getMany();
  }
}
