import { Injectable } from '@nestjs/common';
import type { EntityManager } from 'typeorm';

import { dominates } from '#policy';
import type { Label } from '#policy';

import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { requireCovered } from '../filing/body.js';
import { DocumentEntity, DocumentState, VersionEntity } from '../documents/document.entity.js';
import { newId } from '../ids.js';
import { Labels } from '../labels.js';
import { contentHash } from '../documents/metadata.js';
import { enqueue } from '../indexing/outbox.js';
import type { Reader } from '../reading.service.js';
import { Happenings } from '../watching/happenings.js';

interface Relabelled {
  readonly label: Label;
  readonly authorId: string;
  /** Becomes the change note. */
  readonly reason: string;
}

/** Gives a document another label and nothing else: a new version with the text of the newest one. */
@Injectable()
export class Relabelling {
  constructor(
    private readonly clock: Clock,
    private readonly labels: Labels,
    private readonly happenings: Happenings,
  ) {}

  /** Throws LABEL_TOO_HIGH where a block, or the document that this one is a part of, needs more; CONFLICT during a review. */
  async requireFits(
    document: DocumentEntity,
    label: Label,
    reader: Pick<Reader, 'policy'>,
    manager: EntityManager,
  ): Promise<void> {
    if (document.state === DocumentState.IN_REVIEW) {
      throw new Refusal('CONFLICT', 'the document is in review: its label changes before or after', { field: 'id' });
    }
    const { body, blocks } = await newestOf(document, manager);
    requireCovered({ body, blocks }, label, reader);
    if (document.partOf === null) return;
    const { labelId } = await manager.findOneByOrFail(DocumentEntity, { id: document.partOf });
    const whole = (await this.labels.byIds([labelId])).get(labelId);
    if (whole && dominates(label, whole, reader.policy)) return;
    throw new Refusal('LABEL_TOO_HIGH', 'the label of a part covers the label of the whole', { field: 'label' });
  }

  /** The document's row has to be locked. What was approved stays so: its text is the same. */
  async relabel(
    document: DocumentEntity,
    { label, authorId, reason }: Relabelled,
    transaction: EntityManager,
  ): Promise<void> {
    const now = this.clock.now();
    const { id, sourceId, version, approvedVersion } = document;
    const newest = await newestOf(document, transaction);
    const labelId = await this.labels.numberOf(label, transaction);
    const number = version + 1;
    const { metadata, body, blocks } = newest;
    const changed = { id: newId(now), number, labelId, authorId, createdAt: now, changeNote: reason };
    // everything else of a version is its text, whatever belongs to that
    await transaction.insert(VersionEntity, Object.assign(new VersionEntity(), newest, changed));
    const row = {
      labelId,
      level: label.level,
      version: number,
      approvedVersion: approvedVersion === version ? number : approvedVersion,
      contentHash: contentHash({ sourceId, label, metadata, body, blocks, changeNote: reason }),
      updatedAt: now,
    };
    await transaction.update(DocumentEntity, { id }, row);
    await enqueue([id], transaction);
    await this.happenings.note(
      [{ documentId: id, version: number, kind: 'RELABELLED', actorId: authorId }],
      transaction,
    );
  }
}

function newestOf({ id: documentId, version: number }: DocumentEntity, manager: EntityManager): Promise<VersionEntity> {
  return manager.findOneByOrFail(VersionEntity, { documentId, number });
}
