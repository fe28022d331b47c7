import type { EntityManager } from 'typeorm';

import { documentLinks } from '#document';
import type { BlockDocument, DocumentLink } from '#document';

import { newId } from '../ids.js';

/** A version that was just written. */
interface LinkSource {
  readonly documentId: string;
  readonly version: number;
  /** Null: plain text, which has no links. */
  readonly blocks: BlockDocument | null;
}

/**
 * Brings the links of documents to their newest versions, in the transaction that writes those. A link that stood in the
 * same paragraph before stays what it is, with the version that it cites. Asks the same of a target that is hidden from the
 * author as of one that is not there: what they say is compared later, see `Citations`.
 */
export async function followLinks(
  sources: readonly LinkSource[],
  now: Date,
  transaction: EntityManager,
): Promise<void> {
  const links = sources.flatMap(({ documentId, version, blocks }) =>
    (blocks ? documentLinks(blocks) : []).map((link) => ({ source: documentId, version, link })),
  );
  const parameters = [
    links.map(({ source }) => source),
    links.map(({ link }) => link.from),
    links.map(({ link }) => link.documentId),
    links.map(({ link }) => link.blockId ?? ''),
    links.map(({ link }) => pinnedVersion(link)),
  ];
  const revised = sources.filter(({ version }) => version > 1).map(({ documentId }) => documentId);
  if (revised.length > 0) await transaction.query(REMOVE, [...parameters, revised]);
  if (links.length === 0) return;
  const ids = links.map(() => newId(now));
  await transaction.query(INSERT, [...parameters, ids, links.map(({ version }) => version)]);
}

const pinnedVersion = ({ version }: DocumentLink): number => version ?? 0;

const WANTED = `unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::integer[]`;

const REMOVE = `
  DELETE FROM document_link l WHERE l.source_id = ANY($6) AND NOT EXISTS (
    SELECT 1 FROM ${WANTED}) AS w (source, block, target, target_block, pinned)
    WHERE w.source = l.source_id AND w.block = l.block_id AND w.target = l.target_id
      AND w.target_block = l.target_block AND w.pinned = l.pinned_version)`;

const INSERT = `
  INSERT INTO document_link (id, source_id, block_id, version, target_id, target_block, pinned_version, cited_version, state)
  SELECT w.id, w.source, w.block, w.version, w.target, w.target_block, w.pinned,
    coalesce(nullif(w.pinned, 0), (SELECT d.version FROM document d WHERE d.id = w.target)), 'CURRENT'
  FROM ${WANTED}, $6::text[], $7::integer[]) AS w (source, block, target, target_block, pinned, id, version)
  ON CONFLICT ON CONSTRAINT document_link_once DO NOTHING`;
