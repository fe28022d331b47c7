import { createHash } from 'node:crypto';

import { Injectable } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { EntityManager } from 'typeorm';

import { ORIGINAL_MAX_BYTES } from '#contracts';

import type { Caller } from '../../access/index.js';
import { NOTHING_STORED } from '../../platform/blobs/index.js';
import { Clock } from '../../platform/clock.js';
import { toLabelType } from '../../platform/graphql/index.js';
import { Refusal } from '../../platform/refusal.js';
import { Access } from '../access.js';
import { CollectionsService } from '../collections/collections.service.js';
import { READABLE } from '../documents/documents.service.js';
import { newId } from '../ids.js';
import { Labels } from '../labels.js';
import { ReadingService } from '../reading.service.js';
import type { Reader } from '../reading.service.js';
import { requireCount, requireText } from '../texts.js';
import type { OriginalState } from './original.entity.js';
import type { KnownOriginal, Original, OriginalInput, OriginalUpload, WholeOriginalInput } from './original.types.js';
import { isHash, requireHash } from './originalRefusals.js';
import { OriginalQuota } from './originalQuota.js';
import { OriginalTransfers } from './originalTransfers.js';
import type { StoredWhole } from './originalTransfers.js';

const MAX_HASHES = 100;
const MAX_WHOLE = 100;
const MEDIA_TYPE = /^[a-z]+\/[a-z0-9][a-z0-9.+-]{0,99}$/;

/** The rule of documents, and of version `v`. */
const READABLE_VERSION = `${READABLE} AND v.label_id = ANY($1)`;
const VERSIONS = `document_version v JOIN document d ON d.id = v.document_id JOIN collection c ON c.id = d.collection_id`;

/** Files that lie beside a version first, then those that made several documents, all of which have to be readable. */
const KNOWN = `
  SELECT DISTINCT ON (k.sha256) encode(k.sha256, 'hex') AS sha256, k."documentId", k."sourceId", k.title, k."labelId", k."isKept"
  FROM (
    SELECT b.sha256, d.id AS "documentId", d.source_id AS "sourceId", v.metadata->>'title' AS title,
      d.label_id AS "labelId", true AS "isKept"
    FROM original_blob b JOIN document_original o ON o.blob_id = b.id
    JOIN ${VERSIONS} ON v.id = o.version_id
    WHERE b.state = 'COMPLETE' AND b.sha256 = ANY($3) AND d.collection_id = $4 AND ${READABLE_VERSION}
    UNION ALL
    SELECT f.sha256, min(d.id), f.name, f.name, min(d.label_id), false
    FROM imported_file f JOIN imported_file_document fd ON fd.file_id = f.id
    JOIN document d ON d.id = fd.document_id JOIN collection c ON c.id = d.collection_id
    WHERE f.collection_id = $4 AND f.sha256 = ANY($3) AND d.collection_id = $4 AND ${READABLE}
    GROUP BY f.id HAVING count(*) = f.documents
  ) k ORDER BY k.sha256, k."isKept" DESC, k."documentId"`;

type KnownRow = Omit<KnownOriginal, 'label'> & { readonly labelId: number };

interface FiledVersion {
  readonly id: string;
  readonly authorId: string;
  readonly collectionId: string;
}

interface Begun {
  readonly id: string;
  readonly isNew: boolean;
  readonly state: OriginalState;
  readonly stored: number;
}

/** A small file whose place is made; `isOpen`: its bytes are not there yet. */
interface Announced extends StoredWhole {
  /** Of the original. */
  readonly id: string;
  readonly isOpen: boolean;
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
    private readonly labels: Labels,
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

  /** What of a collection was made from files with these contents, as far as the caller may read it. */
  async known(collectionId: string, hashes: readonly string[], caller: Caller): Promise<KnownOriginal[]> {
    requireCount('sha256', hashes, MAX_HASHES);
    const wanted = hashes.filter(isHash).map((hash) => Buffer.from(hash, 'hex'));
    const reader = await this.reading.readerOf(caller);
    await this.collections.require(collectionId, Access.READ, reader);
    const { labels: readable, scopes } = reader.filter;
    const rows = await this.database.query<KnownRow[]>(KNOWN, [readable, scopes, wanted, collectionId]);
    const labels = await this.labels.byIds(rows.map(({ labelId }) => labelId));
    return rows.flatMap(({ labelId, ...known }) => {
      const label = labels.get(labelId);
      return label ? [{ ...known, label: toLabelType(label, reader.policy) }] : [];
    });
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

  /**
   * Lays small files beside versions, whole; in the order of the inputs, and what is refused leaves the others alone. Done again,
   * it changes nothing. A refusal is what `begin` throws; CONFLICT also where the file goes on in pieces.
   */
  async keep(inputs: readonly WholeOriginalInput[], caller: Caller): Promise<(OriginalUpload | Refusal)[]> {
    requireCount('inputs', inputs, MAX_WHOLE);
    const reader = await this.reading.readerOf(caller);
    const announced = await this.database.transaction(async (transaction) => {
      const all: (Announced | Refusal)[] = [];
      for (const input of inputs) all.push(await attempt(() => this.announce(input, reader, caller, transaction)));
      return all;
    });
    await this.transfers.store(announced.flatMap((one) => (one instanceof Refusal || !one.isOpen ? [] : [one])));
    return announced.map((one) => {
      if (one instanceof Refusal) return one;
      const { id, content } = one;
      return { id, size: content.length, stored: content.length, isComplete: true };
    });
  }

  /** In a transaction of its own inside the caller's, which goes on when it fails. */
  private async announce(
    whole: WholeOriginalInput,
    reader: Reader,
    caller: Caller,
    outer: EntityManager,
  ): Promise<Announced> {
    const { content, ...about } = whole;
    const input = { ...about, size: content.length };
    check(input);
    if (!createHash('sha256').update(content).digest().equals(Buffer.from(input.sha256, 'hex')))
      throw new Refusal('BAD_INPUT', 'the file is not the one that was announced', { field: 'sha256' });
    const version = await this.ownVersion(input, reader, caller, outer);
    return outer.transaction(async (transaction) => {
      const blob = await this.blob(input, caller.personId, transaction);
      if (blob.state === 'OPEN' && blob.stored > 0) throw new Refusal('CONFLICT', 'this file goes on in pieces');
      const id = await this.refer(version.id, blob.id, input, transaction);
      return { id, blobId: blob.id, isOpen: blob.state === 'OPEN', content };
    });
  }

  private async ownVersion(
    input: Pick<OriginalInput, 'documentId' | 'version'>,
    reader: Reader,
    { personId }: Caller,
    manager = this.database.manager,
  ): Promise<FiledVersion> {
    const { labels, scopes } = reader.filter;
    const [version] = await manager.query<FiledVersion[]>(
      `SELECT v.id, v.author_id AS "authorId", d.collection_id AS "collectionId" FROM ${VERSIONS}
       WHERE ${READABLE_VERSION} AND d.id = $3 AND v.number = $4`,
      [labels, scopes, input.documentId, input.version],
    );
    if (!version) throw new Refusal('NOT_FOUND', 'there is no such document', { field: 'documentId' });
    await this.collections.require(version.collectionId, Access.WRITE, reader, { manager });
    if (version.authorId === personId) return version;
    throw new Refusal('FORBIDDEN', 'only who filed a version may lay a file beside it', { field: 'version' });
  }

  /** The document's bytes of this content, begun where there are none. Its row is locked: the collector leaves it alone. */
  private async blob(input: OriginalInput, personId: string, transaction: EntityManager): Promise<Begun> {
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
    const [blob] = await transaction.query<(Omit<Begun, 'isNew'> & { size: number })[]>(
      `SELECT id, size::float8 AS size, state, (upload->>'size')::float8 AS stored FROM original_blob
       WHERE document_id = $1 AND sha256 = $2 AND state <> 'DOOMED' FOR UPDATE`,
      [documentId, hash],
    );
    if (blob?.size !== size) throw new Refusal('CONFLICT', 'this content has another size', { field: 'size' });
    await transaction.query('UPDATE original_blob SET touched_at = $2 WHERE id = $1', [blob.id, now]);
    return { ...blob, isNew: made.length > 0 };
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

async function attempt<T>(work: () => Promise<T>): Promise<T | Refusal> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof Refusal) return error;
    throw error;
  }
}

function check({ name, mediaType, size, sha256 }: OriginalInput): void {
  requireText('name', name, 255);
  if (/[/\\\p{Cc}]/u.test(name)) throw new Refusal('BAD_INPUT', 'a name has no folder', { field: 'name' });
  if (!MEDIA_TYPE.test(mediaType)) throw new Refusal('BAD_INPUT', 'this is no media type', { field: 'mediaType' });
  requireHash(sha256);
  if (!Number.isInteger(size) || size < 1) {
    throw new Refusal('BAD_INPUT', 'a file has a whole number of bytes', { field: 'size' });
  }
  if (size <= ORIGINAL_MAX_BYTES) return;
  const most = String(ORIGINAL_MAX_BYTES / 1024 / 1024);
  throw new Refusal('TOO_LARGE', `a file has at most ${most} MiB`, { field: 'size' });
}
