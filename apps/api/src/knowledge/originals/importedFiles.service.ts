import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import type { Caller } from '../../access/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { READABLE } from '../documents/documents.service.js';
import { newId } from '../ids.js';
import { ReadingService } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import type { ImportedFileInput } from './original.types.js';
import { requireHash } from './originalRefusals.js';

const MAX_DOCUMENTS = 20_000;
const MAX_NAME = 2000;

/** Documents of the collection that the caller may read and has filed a version of. */
const OWN = `
  SELECT d.id FROM document d JOIN collection c ON c.id = d.collection_id
  WHERE d.id = ANY($3) AND d.collection_id = $4 AND ${READABLE}
    AND EXISTS (SELECT 1 FROM document_version v WHERE v.document_id = d.id AND v.author_id = $5)`;

/**
 * What is known of files that made several documents and lie beside none of them: that all of it is filed. It is told only to
 * those who may read every one of these documents; for anybody else the file was never there.
 */
@Injectable()
export class ImportedFilesService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly clock: Clock,
  ) {}

  /** Notes a file; once more, in place of what was noted. Throws NOT_FOUND, FORBIDDEN, BAD_INPUT. */
  async note(input: ImportedFileInput, caller: Caller): Promise<void> {
    const { collectionId } = input;
    const documentIds = [...new Set(input.documentIds)];
    requireCount('documentIds', documentIds, MAX_DOCUMENTS);
    requireText('name', input.name, MAX_NAME);
    requireHash(input.sha256);
    const reader = await this.reading.readerOf(caller);
    await this.collections.require(collectionId, Access.WRITE, reader);
    const { labels, scopes } = reader.filter;
    await this.database.transaction(async (transaction) => {
      const own = await transaction.query<unknown[]>(OWN, [labels, scopes, documentIds, collectionId, caller.personId]);
      if (documentIds.length === 0 || own.length < documentIds.length)
        throw new Refusal('NOT_FOUND', 'there is no such document of yours', { field: 'documentIds' });
      await this.replace(input, documentIds, caller.personId, transaction);
    });
  }

  private async replace(
    { collectionId, sha256, name }: ImportedFileInput,
    documentIds: readonly string[],
    personId: string,
    transaction: EntityManager,
  ): Promise<void> {
    const [file] = await transaction.query<{ id: string }[]>(
      `INSERT INTO imported_file (id, collection_id, sha256, person_id, name, documents) VALUES ($1, $2, $3, $4, $5, $6)
       ON CONFLICT (collection_id, sha256, person_id) DO UPDATE SET name = excluded.name, documents = excluded.documents
       RETURNING id`,
      [newId(this.clock.now()), collectionId, Buffer.from(sha256, 'hex'), personId, name, documentIds.length],
    );
    await transaction.query('DELETE FROM imported_file_document WHERE file_id = $1', [file?.id]);
    await transaction.query(
      'INSERT INTO imported_file_document (file_id, document_id) SELECT $1::uuid, unnest($2::text[])',
      [file?.id, documentIds],
    );
  }
}
