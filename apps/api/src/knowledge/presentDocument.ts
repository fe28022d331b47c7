import type { Label } from '#policy';

import { toLabelType } from '../platform/graphql/index.js';
import type { DocumentRow } from './documents.service.js';
import type { Document, Version } from './documents.types.js';
import type { Reader } from './reading.service.js';

type VersionRow = Pick<DocumentRow, 'number' | 'authorId' | 'createdAt' | 'sha256' | 'changeNote'>;

/** A version as the API shows it. */
export function presentVersion(id: string, { number, authorId, createdAt, sha256, changeNote }: VersionRow): Version {
  return { id, number, authorId, createdAt, sha256: sha256.toString('hex'), changeNote };
}

/** A document as the API shows it. */
export function presentDocument(row: DocumentRow, label: Label, reader: Reader): Document {
  const { metadata } = row;
  return {
    ...metadata,
    id: row.id,
    collectionId: row.collectionId,
    sourceId: row.sourceId,
    label: toLabelType(label, reader.policy),
    topics: [...metadata.topics],
    countries: [...metadata.countries],
    handling: [...metadata.handling],
    fields: [...metadata.fields],
    persons: [...metadata.persons],
    footnotes: [...metadata.footnotes],
    version: presentVersion(row.versionId, row),
    reader,
  };
}
