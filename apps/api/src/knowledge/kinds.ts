/** A kind of paper, as data: what it is called and which fields it has beside title and body. */
export interface DocumentKind {
  /** Stable id that stands in the database and in the API. */
  readonly id: string;
  readonly name: string;
  /** Names of the fields that this kind usually has; others are kept too. */
  readonly fields: readonly string[];
}

const SOURCE_FIELDS = ['source', 'classification', 'precedence', 'drafted', 'summary', 'subject'] as const;

/** Every kind that this server files. */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  { id: 'policy', name: 'Policy', fields: ['summary', 'scope', 'decisions', 'owner'] },
  {
    id: 'negotiation-brief',
    name: 'Negotiation brief',
    fields: [
      'objectives',
      'opening-position',
      'red-lines',
      'fallback',
      'their-objectives',
      'arguments',
      'our-response',
      'press-line',
      'background',
      'agenda',
    ],
  },
  { id: 'lines-to-take', name: 'Lines to take', fields: ['message', 'if-asked', 'background'] },
  { id: 'cable', name: 'Cable', fields: [...SOURCE_FIELDS, 'file-number', 'tags'] },
  { id: 'note-verbale', name: 'Note verbale', fields: ['reference', 'addressee'] },
  { id: 'aide-memoire', name: 'Aide-mémoire', fields: ['occasion', 'handed-to'] },
  { id: 'non-paper', name: 'Non-paper', fields: ['occasion'] },
  { id: 'treaty', name: 'Treaty', fields: ['parties', 'signed', 'in-force', 'depositary'] },
  { id: 'record-of-conversation', name: 'Record of conversation', fields: [...SOURCE_FIELDS, 'participants'] },
  { id: 'report', name: 'Report', fields: SOURCE_FIELDS },
  { id: 'memorandum', name: 'Memorandum', fields: SOURCE_FIELDS },
  { id: 'letter', name: 'Letter', fields: SOURCE_FIELDS },
  { id: 'message', name: 'Message', fields: SOURCE_FIELDS },
  { id: 'circular', name: 'Circular', fields: ['reference', 'addressees'] },
  { id: 'statement', name: 'Statement', fields: ['occasion', 'speaker'] },
  { id: 'speech', name: 'Speech', fields: ['occasion', 'speaker'] },
  { id: 'minutes', name: 'Minutes', fields: [...SOURCE_FIELDS, 'participants'] },
  { id: 'editorial-note', name: 'Editorial note', fields: ['summary'] },
  { id: 'article', name: 'Article', fields: ['summary', 'author'] },
  { id: 'paper', name: 'Paper', fields: SOURCE_FIELDS },
  { id: 'other', name: 'Other', fields: [] },
];

const KINDS_BY_ID: ReadonlyMap<string, DocumentKind> = new Map(DOCUMENT_KINDS.map((kind) => [kind.id, kind]));

/** The kind with this id, or undefined. */
export function kindOf(id: string): DocumentKind | undefined {
  return KINDS_BY_ID.get(id);
}
