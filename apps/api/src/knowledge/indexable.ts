import type { EntityManager } from 'typeorm';

import { parseLabel, rankOf, underPolicy, validateLabel } from '#policy';
import type { SecurityPolicy } from '#policy';
import { clean, fold } from '#text';

import { languageOf } from '../platform/search/index.js';
import type { FieldName, IndexableDocument } from '../platform/search/index.js';
import { dayRange } from './days.js';
import type { DocumentMetadata } from './metadata.js';

interface Row {
  id: string;
  collection_id: string;
  label_id: number;
  canonical: string;
  version: number;
  metadata: DocumentMetadata;
  body: string;
  path: string[];
  ceilings: string[];
}

/** What is compared when people name a topic: without case and accents. */
export function topicKey(topic: string): string {
  return fold(clean(topic, ''));
}

/** Those of the documents that exist and that may enter a search engine, as they are now. */
export async function loadIndexable(
  ids: readonly string[],
  policy: SecurityPolicy,
  transaction: EntityManager,
): Promise<IndexableDocument[]> {
  const rows = await transaction.query<Row[]>(
    `SELECT d.id, d.collection_id, d.label_id, l.canonical, d.version, v.metadata, v.body, c.path,
       ARRAY(SELECT above.index_ceiling FROM collection above
             WHERE above.id = ANY(c.path) AND above.index_ceiling IS NOT NULL) AS ceilings
     FROM document d
     JOIN document_version v ON v.document_id = d.id AND v.number = d.version
     JOIN collection c ON c.id = d.collection_id
     JOIN document_label l ON l.id = d.label_id
     WHERE d.id = ANY($1) AND d.part_of IS NULL`,
    [ids],
  );
  return rows.flatMap((row) => {
    const level = levelOf(row, policy);
    return mayEnter(level, row.ceilings, policy) ? [toIndexable(row, level)] : [];
  });
}

/** As the policy in force names it; empty for a label without a meaning. */
function levelOf({ canonical }: Row, policy: SecurityPolicy): string {
  const label = parseLabel(canonical);
  return label && validateLabel(label, policy).length === 0 ? underPolicy(label, policy).level : '';
}

/** A level or ceiling that the policy does not know keeps the document out. */
function mayEnter(level: string, ceilings: readonly string[], policy: SecurityPolicy): boolean {
  const rank = rankOf(level, policy);
  return rank !== undefined && ceilings.every((ceiling) => rank <= (rankOf(ceiling, policy) ?? -1));
}

function toIndexable(
  { id, collection_id, label_id, version, metadata, body, path }: Row,
  level: string,
): IndexableDocument {
  const range = metadata.date === null ? undefined : dayRange(metadata.date);
  return {
    documentId: id,
    version,
    labelId: label_id,
    collectionId: collection_id,
    scopes: path,
    kind: metadata.kind,
    level,
    language: languageOf(metadata.language),
    countries: metadata.countries,
    topics: metadata.topics.map(topicKey),
    ...(range ? { firstDay: range.first, lastDay: range.last } : {}),
    from: metadata.from ?? '',
    to: metadata.to ?? '',
    text: searchedText(metadata, body),
  };
}

/** Where the fields of a kind are searched, by name (see kinds.ts); a field with another name says what the paper is about. */
const PLACES: Readonly<Record<string, FieldName | 'nowhere' | undefined>> = {
  source: 'source',
  drafted: 'source',
  'file-number': 'source',
  classification: 'source',
  precedence: 'source',
  'precedence-word': 'nowhere',
  'kind-word': 'nowhere',
  'date-time': 'nowhere',
  'date-end': 'nowhere',
  terms: 'terms',
};

function searchedText(metadata: DocumentMetadata, body: string): IndexableDocument['text'] {
  const { title, number, dateText, place, from, to, topics, fields, persons, footnotes } = metadata;
  const values = (wanted: FieldName) =>
    fields.filter(({ name }) => (PLACES[name] ?? 'summary') === wanted).map(({ value }) => value);
  return {
    title,
    body,
    dateline: joined([number, dateText, place, from, to]),
    summary: joined([...values('summary'), ...topics]),
    source: joined(values('source')),
    persons: joined(persons.flatMap(({ name, role, description }) => [name, role, description])),
    terms: joined(values('terms')),
    footnotes: joined(footnotes.map(({ text }) => text)),
  };
}

function joined(texts: readonly (string | null)[]): string {
  return texts.filter((text) => text !== null && text !== '').join('\n\n');
}
