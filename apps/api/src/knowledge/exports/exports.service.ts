import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { AuditTrail } from '../../access/index.js';
import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { decodeCursor, pageSize, toConnectionById } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { DocumentsService } from '../documents/documents.service.js';
import type { DocumentRow } from '../documents/documents.service.js';
import type { Document } from '../documents/documents.types.js';
import { newId } from '../ids.js';
import { Labels } from '../labels.js';
import { presentDocument } from '../documents/presentDocument.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount } from '../texts.js';
import { ExportEntity } from './export.entity.js';
import type { Export, ExportInput } from './export.types.js';

const MAX_DOCUMENTS = 25;

/**
 * Hands documents out for files that leave Chancery: the newest version of each, as its reader may read it. Nothing leaves
 * before the audit trail says who took what; files are made by the client, with the reader's name on every page.
 */
@Injectable()
export class ExportsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
    private readonly clock: Clock,
    private readonly audit: AuditTrail,
  ) {}

  /** One page. Documents that the caller may not read are left out like those that are not there. Throws NOT_FOUND, BAD_INPUT. */
  async export(input: ExportInput, caller: Caller): Promise<Export> {
    const reader = await this.reading.readerOf(caller);
    const size = Math.min(pageSize(input.first ?? MAX_DOCUMENTS), MAX_DOCUMENTS);
    const documents = toConnectionById(await this.read(input, size, reader), size);
    const whole = documents.edges.map(({ node }) => node.id);
    const parts = await this.documents.parts(whole, reader.filter);
    const taken = [...whole, ...parts.map((part) => part.id)];
    const { id, at } = await this.database.transaction((transaction) =>
      this.record(input.exportId ?? undefined, taken, caller, transaction),
    );
    return { id, at, documents };
  }

  /** Up to one more than a page. */
  private async read(input: ExportInput, size: number, reader: Reader): Promise<Document[]> {
    const { collectionId, documentIds } = input;
    if (typeof collectionId === 'string' && !documentIds) {
      const [after = ''] = decodeCursor(input.after, ['string']) ?? [];
      await this.collections.require(collectionId, Access.READ, reader);
      return this.present(await this.documents.list(collectionId, reader.filter, String(after), size + 1), reader);
    }
    if (!documentIds || typeof collectionId === 'string') {
      throw new Refusal('BAD_INPUT', 'name documents, or one collection', { field: 'documentIds' });
    }
    requireCount('documentIds', documentIds, MAX_DOCUMENTS);
    return this.present(await this.documents.byIds(documentIds, reader.filter), reader);
  }

  private async present(rows: readonly DocumentRow[], reader: Reader): Promise<Document[]> {
    const labels = await this.labels.byIds(rows.map(({ labelId }) => labelId));
    return rows.flatMap((row) => {
      const label = labels.get(row.labelId);
      return label ? [presentDocument(row, label, reader)] : [];
    });
  }

  private async record(
    exportId: string | undefined,
    taken: readonly string[],
    { deviceId: device, personId: person }: Caller,
    transaction: EntityManager,
  ): Promise<ExportEntity> {
    const known = exportId === undefined ? this.begun(device, person) : await own(exportId, device, transaction);
    if (exportId === undefined) await transaction.insert(ExportEntity, known);
    const about = [known.id, ...taken];
    const operation = 'exportDocuments';
    await this.audit.record({ kind: 'export', operation, outcome: 'DONE', device, person, about }, transaction);
    return known;
  }

  private begun(deviceId: string, personId: string): ExportEntity {
    const at = this.clock.now();
    return { id: newId(at), personId, deviceId, at };
  }
}

/** Throws NOT_FOUND, the same for absent and for another's. */
async function own(id: string, deviceId: string, transaction: EntityManager): Promise<ExportEntity> {
  const found = await transaction.findOneBy(ExportEntity, { id, deviceId });
  if (found) return found;
  throw new Refusal('NOT_FOUND', 'there is no such export', { field: 'exportId' });
}
