import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { ORIGINAL_MAX_BYTES } from '#contracts';

import type { Caller } from '../../access/index.js';
import { NOTHING_STORED } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections.service.js';
import { READABLE } from '../documents.service.js';
import { newId } from '../ids.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import type { KnownOriginal, Original, OriginalInput, OriginalUpload } from './original.types.js';
import { OriginalQuota } from './originalQuota.js';
import { OriginalTransfers } from './originalTransfers.js';

const MAX_HASHES = 100;
const SHA256 = /^[0-9a-f]{64}$/;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/;

/** The rule of documents, and of version `v`. */
const READABLE_VERSION = `${READABLE} AND v.label_id = ANY($1)`;
const VERSIONS = `document_version v JOIN document d ON d.id = v.document_id JOIN collection c ON c.id = d.collection_id`;

interface FiledVersion {
  readonly id: string;
  readonly authorId: string;
  readonly collectionId: string;
}

/**
 * The files that documents were made from. Whoever filed a version may lay its file beside it, once; whoever may read the
 * version may have the file. The bytes themselves are for `OriginalTransfers`.
 */
@Injectable()
export class OriginalsService {
  constructor(
    private readonly database: DataSource,
    private readonly reading: ReadingService,
    private readonly collections: CollectionsService,
    private readonly quota: OriginalQuota,
    private readonly transfers: OriginalTransfers,
    private readonly clock: Clock,
  ) {}

  /**
   * Makes room for a file; asked again with the same input, says how far it has come. Throws NOT_FOUND, FORBIDDEN for
   * another's version, CONFLICT where the version has another file, BAD_INPUT, TOO_LARGE, QUOTA_EXCEEDED.
   */
  async begin(input: OriginalInput, caller: Caller): Promise<OriginalUpload> {
    check(input);
    const reader = await this.reading.readerOf(caller);
    const version = await this.ownVersion(input, reader, caller);
    const { id, blob } = await this.database.transaction(async (transaction) => {
      const found = await this.blob(input, caller.personId, transaction);
      return { id: await this.refer(version.id, found.id, input, transaction), blob: found };
    });
    if (blob.isNew) return { id, size: input.size, stored: 0, isComplete: false };
    const { size, stored, isComplete } = await this.transfers.finish(blob.id);
    return { id, size, stored, isComplete };
  }

  /** Documents of a collection that were made from files with these contents, as far as the caller may read them. */
  async known(collectionId: string, hashes: readonly string[], caller: Caller): Promise<KnownOriginal[]> {
    requireCount('sha256', hashes, MAX_HASHES);
    const wanted = hashes.filter((hash) => SHA256.test(hash)).map((hash) => Buffer.from(hash, 'hex'));
    const reader = await this.reading.readerOf(caller);
    await this.collections.require(collectionId, Access.READ, reader);
    const { labels, scopes } = reader.filter;
    return this.database.query<KnownOriginal[]>(
      `SELECT DISTINCT ON (b.sha256) encode(b.sha256, 'hex') AS sha256, d.id AS "documentId", d.source_id AS "sourceId",
         v.metadata->>'title' AS title
       FROM original_blob b JOIN document_original o ON o.blob_id = b.id
       JOIN ${VERSIONS} ON v.id = o.version_id
       WHERE b.state = 'COMPLETE' AND b.sha256 = ANY($3) AND d.collection_id = $4 AND ${READABLE_VERSION}
       ORDER BY b.sha256, d.id`,
      [labels, scopes, wanted, collectionId],
    );
  }

  /** By id of the version. Only for versions that were read through a filter. */
  async ofVersions(versionIds: readonly string[]): Promise<Map<string, Original>> {
    const rows = await this.database.query<(Original & { versionId: string })[]>(
      `SELECT o.version_id AS "versionId", o.id, o.name, o.media_type AS "mediaType", b.size::float8 AS size,
         encode(b.sha256, 'hex') AS sha256
       FROM document_original o JOIN original_blob b ON b.id = o.blob_id
       WHERE o.version_id = ANY($1) AND b.state = 'COMPLETE'`,
      [versionIds],
    );
    return new Map(rows.map(({ versionId, ...original }) => [versionId, original]));
  }

  private async ownVersion(input: OriginalInput, reader: Reader, { personId }: Caller): Promise<FiledVersion> {
    const { labels, scopes } = reader.filter;
    const [version] = await this.database.query<FiledVersion[]>(
      `SELECT v.id, v.author_id AS "authorId", d.collection_id AS "collectionId" FROM ${VERSIONS}
       WHERE ${READABLE_VERSION} AND d.id = $3 AND v.number = $4`,
      [labels, scopes, input.documentId, input.version],
    );
    if (!version) throw new Refusal('NOT_FOUND', 'there is no such document', { field: 'documentId' });
    await this.collections.require(version.collectionId, Access.WRITE, reader);
    if (version.authorId === personId) return version;
    throw new Refusal('FORBIDDEN', 'only who filed a version may lay a file beside it', { field: 'version' });
  }

  /** The document's bytes of this content, begun where there are none. Its row is locked: the collector leaves it alone. */
  private async blob(
    input: OriginalInput,
    personId: string,
    transaction: EntityManager,
  ): Promise<{ readonly id: string; readonly isNew: boolean }> {
    const { documentId, size } = input;
    const hash = Buffer.from(input.sha256, 'hex');
    const now = this.clock.now();
    const made = await transaction.query<unknown[]>(
      `INSERT INTO original_blob (id, document_id, sha256, size, person_id, state, upload, touched_at)
       VALUES ($1, $2, $3, $4, $5, 'OPEN', $6, $7)
       ON CONFLICT (document_id, sha256) WHERE state <> 'DOOMED' DO NOTHING RETURNING id`,
      [newId(now), documentId, hash, size, personId, JSON.stringify(NOTHING_STORED), now],
    );
    if (made.length > 0) await this.quota.take(transaction, personId, size);
    const [blob] = await transaction.query<{ id: string; size: number }[]>(
      `SELECT id, size::float8 AS size FROM original_blob
       WHERE document_id = $1 AND sha256 = $2 AND state <> 'DOOMED' FOR UPDATE`,
      [documentId, hash],
    );
    if (blob?.size !== size) throw new Refusal('CONFLICT', 'this content has another size', { field: 'size' });
    await transaction.query('UPDATE original_blob SET touched_at = $2 WHERE id = $1', [blob.id, now]);
    return { id: blob.id, isNew: made.length > 0 };
  }

  private async refer(
    versionId: string,
    blobId: string,
    { name, mediaType }: OriginalInput,
    transaction: EntityManager,
  ): Promise<string> {
    await transaction.query(
      `INSERT INTO document_original (id, version_id, blob_id, name, media_type) VALUES ($1, $2, $3, $4, $5)
       ON CONFLICT (version_id) DO NOTHING`,
      [newId(this.clock.now()), versionId, blobId, name, mediaType],
    );
    const [original] = await transaction.query<{ id: string; blob_id: string }[]>(
      'SELECT id, blob_id FROM document_original WHERE version_id = $1',
      [versionId],
    );
    if (original?.blob_id === blobId) return original.id;
    throw new Refusal('CONFLICT', 'this version has another file already', { field: 'version' });
  }
}

function check({ name, mediaType, size, sha256 }: OriginalInput): void {
  requireText('name', name, 255);
  if (/[/\\\p{Cc}]/u.test(name)) throw new Refusal('BAD_INPUT', 'a name has no folder', { field: 'name' });
  if (!MEDIA_TYPE.test(mediaType)) throw new Refusal('BAD_INPUT', 'this is no media type', { field: 'mediaType' });
  if (!SHA256.test(sha256)) throw new Refusal('BAD_INPUT', 'this is no SHA-256', { field: 'sha256' });
  if (!Number.isInteger(size) || size < 1) {
    throw new Refusal('BAD_INPUT', 'a file has a whole number of bytes', { field: 'size' });
  }
  if (size <= ORIGINAL_MAX_BYTES) return;
  const most = String(ORIGINAL_MAX_BYTES / 1024 / 1024);
  throw new Refusal('TOO_LARGE', `a file has at most ${most} MiB`, { field: 'size' });
}
