import { Injectable } from '@nestjs/common';

import { compareDocuments } from '#document';
import type { BlockChange, BlockDocument } from '#document';
import { join } from '#policy';

import type { Caller } from '../../access/index.js';
import { Refusal } from '../../platform/refusal.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import { FilingService } from '../filing/filing.service.js';
import type { Desk, Filed } from '../filing/filing.service.js';
import type { DocumentEntity } from '../documents/document.entity.js';
import type { Draft } from '../documents/metadata.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireText } from '../texts.js';

/** What is done with versions of a document beside reading them one by one. Each is read by its own label. */
@Injectable()
export class VersionsService {
  constructor(
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly filing: FilingService,
  ) {}

  /** How one version became another. Throws NOT_FOUND for a version that the caller may not read. */
  async compare(documentId: string, from: number, to: number, caller: Caller): Promise<BlockChange[]> {
    const { filter } = await this.reading.readerOf(caller);
    const [before, after] = await Promise.all([
      this.documents.version(documentId, from, filter),
      this.documents.version(documentId, to, filter),
    ]);
    const bodies = await this.documents.blocks([before.versionId, after.versionId]);
    return compareDocuments(bodyOf(before, bodies), bodyOf(after, bodies));
  }

  /** A version together with its blocks, when the reader may read it. */
  async blocksOf(id: string, number: number, { filter }: Reader): Promise<BlockDocument | undefined> {
    try {
      const row = await this.documents.version(id, number, filter);
      return bodyOf(row, await this.documents.blocks([row.versionId]));
    } catch (error) {
      if (error instanceof Refusal && error.code === 'NOT_FOUND') return undefined;
      throw error;
    }
  }

  /**
   * Makes a new version with the text of an old one. Its label covers those of both, so that restoring lowers nothing.
   * CONFLICT when there is a newer version than `baseVersion`.
   */
  async restore(id: string, version: number, baseVersion: number, note: string, caller: Caller): Promise<Filed> {
    requireText('changeNote', note, 2000, { mayBeEmpty: true });
    const work = (desk: Desk, current: DocumentEntity): Promise<Draft> => this.restored(current, version, note, desk);
    const filed = await this.filing.reviseWith(id, baseVersion, work, caller);
    return filed instanceof Refusal ? { sourceId: null, refusal: filed } : filed;
  }

  private async restored(current: DocumentEntity, number: number, note: string, desk: Desk): Promise<Draft> {
    const { reader, labels } = desk;
    const old = await this.documents.version(current.id, number, reader.filter);
    const { body, blocks } = await this.documents.body(old.versionId);
    const both = [labels.get(old.labelId), labels.get(current.labelId)].flatMap((label) => label ?? []);
    return {
      sourceId: current.sourceId,
      part: current.partOf === null ? null : { of: current.partOf, slot: current.slot ?? '' },
      label: join(both, reader.policy),
      metadata: old.metadata,
      body,
      blocks,
      changeNote: note === '' ? `Version ${String(number)} restored` : note,
    };
  }
}

function bodyOf({ versionId }: DocumentRow, bodies: ReadonlyMap<string, BlockDocument>): BlockDocument {
  const body = bodies.get(versionId);
  if (!body) throw new Error('a version without a body');
  return body;
}
