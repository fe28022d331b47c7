import type { EntityManager } from 'typeorm';

import { dominates, parseLabel, rankOf, underPolicy, validateLabel } from '#policy';
import type { SecurityPolicy } from '#policy';
import { clean, fold } from '#text';

import { expiredScope, languageOf } from '../../platform/search/index.js';
import type { FieldName, IndexableDocument } from '../../platform/search/index.js';
import { dayRange } from '../days.js';
import type { DocumentMetadata } from '../documents/metadata.js';

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
  state: string;
  /** Whether it, or its whole, no longer holds. */
  expired: boolean;
  /** Of the whole, for a part of one. */
  whole_canonical: string | null;
  whole_metadata: DocumentMetadata | null;
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
       coalesce(whole.state, d.state) AS state, above.canonical AS whole_canonical, whole_version.metadata AS whole_metadata,
       EXISTS (SELECT 1 FROM document_dates x
               WHERE x.document_id = coalesce(d.part_of, d.id) AND x.expired_at IS NOT NULL) AS expired,
       ARRAY(SELECT above.index_ceiling FROM collection above
             WHERE above.id = ANY(c.path) AND above.index_ceiling IS NOT NULL) AS ceilings
     FROM document d
     JOIN document_version v ON v.document_id = d.id AND v.number = d.version
     JOIN collection c ON c.id = d.collection_id
     JOIN document_label l ON l.id = d.label_id
     LEFT JOIN document whole ON whole.id = d.part_of
     LEFT JOIN document_version whole_version ON whole_version.document_id = whole.id AND whole_version.number = whole.version
     LEFT JOIN document_label above ON above.id = whole.label_id
     WHERE d.id = ANY($1)`,
    [ids],
  );
  return rows.flatMap((row) => {
    const level = levelOf(row.canonical, policy);
    const enters = mayEnter(level, row.ceilings, policy) && isCovered(row, policy);
    return enters
      ? [toIndexable(row, row.whole_canonical === null ? level : levelOf(row.whole_canonical, policy))]
      : [];
  });
}

/** The documents with the parts of each: what the index has of a part follows the whole too. */
export async function withParts(ids: readonly string[], transaction: EntityManager): Promise<string[]> {
  const parts = await transaction.query<{ id: string }[]>('SELECT id FROM document WHERE part_of = ANY($1)', [ids]);
  return [...new Set([...ids, ...parts.map(({ id }) => id)])];
}

/** As the policy in force names it; empty for a label without a meaning. */
function levelOf(canonical: string, policy: SecurityPolicy): string {
  const label = parseLabel(canonical);
  return label && validateLabel(label, policy).length === 0 ? underPolicy(label, policy).level : '';
}

/** Whoever may read a part may read its whole: else what is counted of the part would tell them of it. */
function isCovered({ canonical, whole_canonical }: Row, policy: SecurityPolicy): boolean {
  if (whole_canonical === null) return true;
  const [part, whole] = [parseLabel(canonical), parseLabel(whole_canonical)];
  return part !== undefined && whole !== undefined && dominates(part, whole, policy);
}

/** A level or ceiling that the policy does not know keeps the document out. */
function mayEnter(level: string, ceilings: readonly string[], policy: SecurityPolicy): boolean {
  const rank = rankOf(level, policy);
  return rank !== undefined && ceilings.every((ceiling) => rank <= (rankOf(ceiling, policy) ?? -1));
}

/** What a part is narrowed by is what its whole is: a hit in it is one of the whole. */
function toIndexable(row: Row, level: string): IndexableDocument {
  const { id, collection_id, label_id, version, metadata, body, path, state, expired } = row;
  const shown = row.whole_metadata ?? metadata;
  const range = shown.date === null ? undefined : dayRange(shown.date);
  return {
    documentId: id,
    version,
    labelId: label_id,
    // counted apart too: a part of the index is readable, or narrowed, as a whole
    collectionId: expired ? expiredScope(collection_id) : collection_id,
    scopes: expired ? path.map(expiredScope) : path,
    kind: shown.kind,
    level,
    language: languageOf(metadata.language),
    countries: shown.countries,
    topics: shown.topics.map(topicKey),
    state,
    ...(range ? { firstDay: range.first, lastDay: range.last } : {}),
    from: shown.from ?? '',
    to: shown.to ?? '',
    offers: { persons: metadata.persons.map(({ name }) => name), topics: shown.topics },
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

/** What of a paper is searched, by field. */
export function searchedText(metadata: DocumentMetadata, body: string): IndexableDocument['text'] {
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
