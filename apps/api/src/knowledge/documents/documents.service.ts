import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager, SelectQueryBuilder } from 'typeorm';

import { documentFromText } from '#document';
import type { BlockDocument } from '#document';

import { prepared } from '../../platform/database/index.js';
import { Refusal } from '../../platform/refusal.js';
import type { ClearanceFilter } from '../../platform/search/index.js';
import { CollectionEntity } from '../collections/collection.entity.js';
import { DocumentEntity, VersionEntity } from './document.entity.js';
import type { DocumentState } from './document.entity.js';
import type { DocumentMetadata } from './metadata.js';

/** One version of a document that the reader may read, without its body. */
export interface DocumentRow {
  readonly id: string;
  readonly collectionId: string;
  readonly sourceId: string | null;
  readonly labelId: number;
  readonly partOf: string | null;
  readonly slot: string | null;
  /** Of the newest version, whichever this is. */
  readonly state: DocumentState;
  readonly approvedVersion: number | null;
  readonly supersededBy: string | null;
  readonly versionId: string;
  readonly number: number;
  readonly authorId: string;
  readonly createdAt: Date;
  readonly sha256: Buffer;
  readonly changeNote: string;
  readonly metadata: DocumentMetadata;
}

/** A document, or a part of one, that the reader may read. */
export interface FamilyMember {
  readonly id: string;
  /** The document that this one is a part of; itself, when it is none. */
  readonly wholeId: string;
  readonly state: DocumentState;
}

/** What facets count of a document. */
export interface DocumentFacts {
  readonly id: string;
  readonly labelId: number;
  readonly state: DocumentState;
  /** Post that answers for it. */
  readonly postId: string | null;
  readonly kind: string;
  readonly language: string;
  readonly level: string;
  readonly countries: readonly string[];
  readonly topics: readonly string[];
}

const COLUMNS = `d.id, d.collection_id AS "collectionId", d.source_id AS "sourceId", v.label_id AS "labelId",
  d.part_of AS "partOf", d.slot, d.state, d.approved_version AS "approvedVersion", (SELECT next.id FROM document next JOIN collection there ON there.id = next.collection_id
    WHERE next.id = d.superseded_by AND next.label_id = ANY($1) AND there.path && $2::text[]) AS "supersededBy",
  v.id AS "versionId", v.number, v.author_id AS "authorId", v.created_at AS "createdAt", v.sha256,
  v.change_note AS "changeNote", v.metadata`;

const readableIf = (wholeIsReadable: string): string =>
  `d.label_id = ANY($1) AND c.path && $2::text[] AND (d.part_of IS NULL OR ${wholeIsReadable})`;

/**
 * The rule as SQL, on a document `d` of collection `c`; $1 are the labels, $2 the scopes of the reader. Who may not read
 * the whole reads no part of it either.
 */
export const READABLE = readableIf(
  'EXISTS (SELECT 1 FROM document whole WHERE whole.id = d.part_of AND whole.label_id = ANY($1))',
);

/** The same where the document's `whole` is joined: of hundreds at once, the planner would look for wholes through every document. */
const READABLE_WITH_WHOLE = readableIf('whole.label_id = ANY($1)');

/**
 * The documents that `wanted` has ids of, `d`, each with its collection, `c`. OFFSET 0 keeps the planner from beginning with all that the
 * reader may read, which it takes for few.
 */
const documentsOf = (wanted: string): string =>
  `${wanted} CROSS JOIN LATERAL (SELECT * FROM document found WHERE found.id = ${wanted}.id OFFSET 0) d
   CROSS JOIN LATERAL (SELECT path FROM collection place WHERE place.id = d.collection_id OFFSET 0) c`;

const BY_IDS = `WITH wanted AS (SELECT DISTINCT unnest($3::text[]) AS id) SELECT ${COLUMNS} FROM ${documentsOf('wanted')}
  JOIN document_version v ON v.document_id = d.id AND v.number = d.version
  WHERE ${READABLE}`;

/** The part of the rule that is about parts, for queries of the entity `d` with the parameter `labels`. */
export const WHOLE_IS_READABLE = `(d.partOf IS NULL
  OR EXISTS (SELECT 1 FROM document whole WHERE whole.id = d.partOf AND whole.label_id = ANY(:labels)))`;

/**
 * Documents as a reader may see them. Every question carries the reader's filter into the database, so that what is
 * forbidden and what is absent come back the same way: not at all.
 */
@Injectable()
export class DocumentsService {
  constructor(private readonly database: DataSource) {}

  /** Throws NOT_FOUND, the same for absent and for forbidden. */
  async require(id: string, filter: ClearanceFilter, transaction?: EntityManager): Promise<DocumentEntity> {
    const document = await this.readable(filter, transaction).andWhere('d.id = :id', { id }).getOne();
    if (document) return document;
    throw notFound();
  }

  /** A version of a document, the newest when none is named. Throws NOT_FOUND. */
  async version(id: string, number: number | undefined, filter: ClearanceFilter): Promise<DocumentRow> {
    const rows = await this.database.query<DocumentRow[]>(
      `SELECT ${COLUMNS} FROM document d
       JOIN collection c ON c.id = d.collection_id
       JOIN document_version v ON v.document_id = d.id AND v.number = coalesce($4, d.version)
       WHERE ${READABLE} AND d.id = $3 AND v.label_id = ANY($1)`,
      [filter.labels, filter.scopes, id, number ?? null],
    );
    const [row] = rows;
    if (row) return row;
    throw notFound();
  }

  /** Up to `limit` documents of a collection, by id, after `after`. Parts stand with the document that they are of. */
  async list(collectionId: string, filter: ClearanceFilter, after: string, limit: number): Promise<DocumentRow[]> {
    return this.database.query<DocumentRow[]>(
      `SELECT ${COLUMNS} FROM document d
       JOIN collection c ON c.id = d.collection_id
       JOIN document_version v ON v.document_id = d.id AND v.number = d.version
       WHERE ${READABLE} AND d.part_of IS NULL AND d.collection_id = $3 AND d.id > $4 ORDER BY d.id LIMIT $5`,
      [filter.labels, filter.scopes, collectionId, after, limit],
    );
  }

  /** Those of the documents that the reader may read, in no particular order. */
  async byIds(ids: readonly string[], filter: ClearanceFilter, manager?: EntityManager): Promise<DocumentRow[]> {
    const values = [filter.labels, filter.scopes, ids];
    return manager
      ? manager.query<DocumentRow[]>(BY_IDS, values)
      : prepared<DocumentRow>(this.database, BY_IDS, values);
  }

  /** The parts of documents that the reader may read, in the order in which they were made. */
  async parts(ids: readonly string[], filter: ClearanceFilter): Promise<DocumentRow[]> {
    return this.database.query<DocumentRow[]>(
      `SELECT ${COLUMNS} FROM document d
       JOIN collection c ON c.id = d.collection_id
       JOIN document_version v ON v.document_id = d.id AND v.number = d.version
       WHERE ${READABLE} AND d.part_of = ANY($3) ORDER BY d.id`,
      [filter.labels, filter.scopes, ids],
    );
  }

  /** Those of the documents that the reader may read, the wholes that they are parts of and the other parts: how hits are authorised again. */
  async families(ids: readonly string[], filter: ClearanceFilter): Promise<FamilyMember[]> {
    return prepared<FamilyMember>(
      this.database,
      `WITH wholes AS MATERIALIZED (SELECT DISTINCT coalesce(part_of, id) AS id FROM document WHERE id = ANY($3)),
         members AS MATERIALIZED (
           SELECT id FROM wholes UNION ALL SELECT p.id FROM wholes w JOIN document p ON p.part_of = w.id)
       SELECT d.id, coalesce(d.part_of, d.id) AS "wholeId", d.state FROM ${documentsOf('members')}
       LEFT JOIN document whole ON whole.id = d.part_of
       WHERE ${READABLE_WITH_WHOLE}`,
      [filter.labels, filter.scopes, ids],
    );
  }

  /** Of those of the documents that the reader may read. */
  async facts(ids: readonly string[], filter: ClearanceFilter): Promise<DocumentFacts[]> {
    return prepared<DocumentFacts>(
      this.database,
      `WITH wanted AS (SELECT DISTINCT unnest($3::text[]) AS id)
       SELECT d.id, d.label_id AS "labelId", d.state, d.kind, d.language, d.level, d.countries, d.topics, o.post_id AS "postId"
       FROM ${documentsOf('wanted')}
       LEFT JOIN document whole ON whole.id = d.part_of
       LEFT JOIN document_owner o ON o.document_id = d.id
       WHERE ${READABLE_WITH_WHOLE}`,
      [filter.labels, filter.scopes, ids],
    );
  }

  async bySource(
    collectionId: string,
    sourceIds: readonly string[],
    filter: ClearanceFilter,
    transaction: EntityManager,
  ): Promise<DocumentEntity[]> {
    return this.readable(filter, transaction)
      .andWhere('d.collectionId = :collectionId AND d.sourceId = ANY(:sourceIds)', { collectionId, sourceIds })
      .andWhere('d.partOf IS NULL')
      .getMany();
  }

  /** Up to `limit` versions whose own label the reader may read, the newest first, below number `before`. */
  async versions(
    documentId: string,
    filter: ClearanceFilter,
    before: number,
    limit: number,
  ): Promise<Omit<VersionEntity, 'body' | 'blocks' | 'metadata'>[]> {
    return this.database
      .getRepository(VersionEntity)
      .createQueryBuilder('v')
      .select([
        'v.id',
        'v.documentId',
        'v.number',
        'v.labelId',
        'v.authorId',
        'v.createdAt',
        'v.sha256',
        'v.changeNote',
      ])
      .where('v.documentId = :documentId AND v.number < :before', { documentId, before })
      .andWhere('v.labelId = ANY(:labels)', { labels: filter.labels })
      .orderBy('v.number', 'DESC')
      .limit(limit)
      .getMany();
  }

  /** Bodies by id of the version. Only for versions that were read through a filter. */
  async bodies(versionIds: readonly string[]): Promise<Map<string, string>> {
    const rows = await prepared<{ id: string; body: string }>(
      this.database,
      'SELECT id, body FROM document_version WHERE id = ANY($1)',
      [versionIds],
    );
    return new Map(rows.map(({ id, body }) => [id, body]));
  }

  /** Bodies with their blocks, by id of the version. Only for versions that were read through a filter. */
  async blocks(versionIds: readonly string[]): Promise<Map<string, BlockDocument>> {
    const rows = await this.database.query<{ id: string; body: string; blocks: BlockDocument | null }[]>(
      "SELECT id, CASE WHEN blocks IS NULL THEN body ELSE '' END AS body, blocks FROM document_version WHERE id = ANY($1)",
      [versionIds],
    );
    return new Map(rows.map(({ id, body, blocks }) => [id, blocks ?? documentFromText(body)]));
  }

  /** Body and blocks as they are kept. Only for a version that was read through a filter. */
  async body(versionId: string): Promise<Pick<VersionEntity, 'body' | 'blocks'>> {
    const version = await this.database.getRepository(VersionEntity).findOneByOrFail({ id: versionId });
    return { body: version.body, blocks: version.blocks };
  }

  private readable(
    { labels, scopes }: ClearanceFilter,
    transaction: EntityManager = this.database.manager,
  ): SelectQueryBuilder<DocumentEntity> {
    return transaction
      .createQueryBuilder(DocumentEntity, 'd')
      .innerJoin(CollectionEntity, 'c', 'c.id = d.collectionId')
      .where('d.labelId = ANY(:labels) AND c.path && :scopes::text[]', { labels, scopes })
      .andWhere(WHOLE_IS_READABLE);
  }
}

function notFound(): Refusal {
  return new Refusal('NOT_FOUND', 'there is no such document', { field: 'id' });
}
