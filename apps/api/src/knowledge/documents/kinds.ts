/** A kind of paper, as data: what it is called and which fields it has beside title and body. */
export interface DocumentKind {
  /** Stable id that stands in the database and in the API. */
  readonly id: string;
  readonly name: string;
  /** Names of the fields that this kind usually has; others are kept too. */
  readonly fields: readonly string[];
  /** Those of the fields that are documents of their own inside a paper of this kind, with labels of their own. */
  readonly parts?: readonly string[];
  /** Headings that a new paper of this kind begins with. */
  readonly template?: readonly string[];
  /** How many of the reviewers have to approve a version, before it counts as approved; absent: none is asked for. */
  readonly approvals?: number;
}

const SOURCE_FIELDS = ['source', 'classification', 'precedence', 'drafted', 'summary', 'subject'] as const;

/** Every kind that this server files. */
export const DOCUMENT_KINDS: readonly DocumentKind[] = [
  {
    id: 'policy',
    name: 'Policy',
    fields: ['summary', 'scope', 'decisions', 'owner'],
    template: ['Summary', 'Scope', 'Decisions', 'Reasons'],
    approvals: 1,
  },
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
    parts: ['red-lines', 'fallback'],
    template: [
      'Objectives',
      'Opening position',
      'Their objectives',
      'Arguments to use',
      'Our response',
      'Press line',
      'Background',
      'Annotated agenda',
    ],
    approvals: 1,
  },
  {
    id: 'lines-to-take',
    name: 'Lines to take',
    fields: ['message', 'if-asked', 'background'],
    template: ['Message', 'If asked', 'Background'],
    approvals: 1,
  },
  { id: 'cable', name: 'Cable', fields: [...SOURCE_FIELDS, 'file-number', 'tags'] },
  {
    id: 'note-verbale',
    name: 'Note verbale',
    fields: ['reference', 'addressee'],
    template: ['Compliments', 'Matter', 'Close'],
  },
  { id: 'aide-memoire', name: 'Aide-mémoire', fields: ['occasion', 'handed-to'], template: ['Matter', 'Position'] },
  { id: 'non-paper', name: 'Non-paper', fields: ['occasion'], template: ['Matter', 'Ideas'] },
  {
    id: 'treaty',
    name: 'Treaty',
    fields: ['parties', 'signed', 'in-force', 'depositary'],
    template: ['Preamble', 'Articles', 'Final clauses'],
  },
  {
    id: 'record-of-conversation',
    name: 'Record of conversation',
    fields: [...SOURCE_FIELDS, 'participants'],
    template: ['Summary', 'Conversation', 'Follow-up'],
  },
  { id: 'report', name: 'Report', fields: SOURCE_FIELDS, template: ['Summary', 'Report', 'Comment'] },
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

/** Whether papers of a kind are drafts until somebody has approved them. */
export function needsApproval(id: string): boolean {
  return (kindOf(id)?.approvals ?? 0) > 0;
}
