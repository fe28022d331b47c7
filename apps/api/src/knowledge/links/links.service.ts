import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';

import { textOf } from '#document';

import type { Caller } from '../../access/index.js';
import { DocumentsService, READABLE } from '../documents/documents.service.js';
import { Labels } from '../labels.js';
import { presentDocument } from '../documents/presentDocument.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import type { DocumentLink, LinkState } from './links.types.js';

interface Row {
  readonly id: string;
  readonly sourceId: string;
  readonly blockId: string;
  readonly targetId: string;
  readonly targetBlockId: string | null;
  readonly citedVersion: number | null;
  readonly state: LinkState;
  readonly citedVersionId: string | null;
  readonly newestVersionId: string;
}

/** Which links of a document: those that stand in it, or those that lead to it. */
export type Direction = 'from' | 'to';

/** Links as a reader may see them: both ends have to be readable, and nothing tells of others. */
@Injectable()
export class LinksService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly documents: DocumentsService,
    private readonly labels: Labels,
  ) {}

  /** Up to `limit`, by id, after `after`. Throws NOT_FOUND for a document that the caller may not read. */
  async list(
    documentId: string,
    direction: Direction,
    page: { after: string; limit: number },
    caller: Caller,
  ): Promise<DocumentLink[]> {
    const reader = await this.reading.readerOf(caller);
    await this.documents.require(documentId, reader.filter);
    const [own, other] = direction === 'from' ? ['source_id', 'target_id'] : ['target_id', 'source_id'];
    const rows = await this.database.query<Row[]>(
      `SELECT l.id, l.source_id AS "sourceId", l.block_id AS "blockId", l.target_id AS "targetId",
         nullif(l.target_block, '') AS "targetBlockId", l.cited_version AS "citedVersion", l.state,
         cited.id AS "citedVersionId", newest.id AS "newestVersionId"
       FROM document_link l
       JOIN document d ON d.id = l.${other} JOIN collection c ON c.id = d.collection_id
       JOIN document t ON t.id = l.target_id
       JOIN document_version newest ON newest.document_id = t.id AND newest.number = t.version
       LEFT JOIN document_version cited ON cited.document_id = t.id AND cited.number = l.cited_version AND cited.label_id = ANY($1)
       WHERE l.${own} = $3 AND l.id > $4 AND ${READABLE} ORDER BY l.id LIMIT $5`,
      [reader.filter.labels, reader.filter.scopes, documentId, page.after, page.limit],
    );
    return this.present(rows, reader);
  }

  /** The text of a block by id of the version; only for versions that were read through a filter. */
  async blockTexts(versionIds: readonly string[]): Promise<Map<string, ReadonlyMap<string, string>>> {
    const bodies = await this.documents.blocks([...new Set(versionIds)]);
    return new Map(
      [...bodies].map(([id, { content }]) => [id, new Map(content.map((block) => [block.attrs.id, textOf(block)]))]),
    );
  }

  private async present(rows: readonly Row[], reader: Reader): Promise<DocumentLink[]> {
    const ids = [...new Set(rows.flatMap(({ sourceId, targetId }) => [sourceId, targetId]))];
    const documents = await this.documents.byIds(ids, reader.filter);
    const labels = await this.labels.byIds(documents.map(({ labelId }) => labelId));
    const shown = new Map(
      documents.flatMap((row) => {
        const label = labels.get(row.labelId);
        return label ? [[row.id, presentDocument(row, label, reader)] as const] : [];
      }),
    );
    return rows.flatMap((row) => {
      const [source, target] = [shown.get(row.sourceId), shown.get(row.targetId)];
      if (!source || !target) return [];
      // the number of a version is as secret as the version
      const citedVersion = row.citedVersionId === null ? null : row.citedVersion;
      return [{ ...row, citedVersion, source, target, reader }];
    });
  }
}
