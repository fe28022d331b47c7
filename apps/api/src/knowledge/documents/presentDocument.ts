import type { Label } from '#policy';

import { RefusalType, toLabelType } from '../../platform/graphql/index.js';
import type { DocumentRow } from './documents.service.js';
import { FileRefused, FiledDocument } from './documents.types.js';
import type { Document, FileResult, Version } from './documents.types.js';
import type { Filed } from '../filing/filing.service.js';
import type { Reader } from '../reading.service.js';

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
    partOf: row.partOf,
    slot: row.slot,
    state: row.state,
    approvedVersion: row.approvedVersion,
    supersededBy: row.supersededBy,
    version: presentVersion(row.versionId, row),
    reader,
  };
}

/** What became of a filing as the API shows it. */
export function presentFiled(filed: Filed): typeof FileResult {
  if (!('refusal' in filed)) return Object.assign(new FiledDocument(), filed);
  return Object.assign(new FileRefused(), { sourceId: filed.sourceId, refusal: new RefusalType(filed.refusal) });
}
