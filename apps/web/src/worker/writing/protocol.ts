import type {
  DocumentInput,
  DocumentKindsQuery,
  DowngradeInput,
  RequestReviewMutation,
  ReviewAnswer,
  ReviewInput,
} from '#contracts';
import type { BlockDocument, FootnoteText, MergePart } from '#document';

import type { PlainLabel } from '../knowledge/protocol.js';

export type Kind = Omit<DocumentKindsQuery['documentKinds'][number], 'template'> & { readonly template: BlockDocument };
export type AskedReview = RequestReviewMutation['requestReview'];

/** A paper as it is being written. */
export type Written = Omit<DocumentInput, 'blocks' | 'body' | 'label'> & {
  readonly label: PlainLabel;
  readonly blocks: BlockDocument;
};

/** What a new paper begins with. */
export interface NewPaper {
  readonly collectionId: string;
  readonly kind: string;
  readonly title: string;
  readonly label: PlainLabel;
  readonly language: string;
}

/** Another text of the same draft, saved by another of the person's devices. */
export interface Elsewhere {
  readonly seq: number;
  readonly written: Written;
}

/** What only one of two texts says. */
export interface Apart {
  /** The title, where the other has another one; else empty. */
  readonly heading: string;
  readonly blocks: BlockDocument;
}

/** A draft as it is opened. */
export interface OpenDraft {
  readonly id: string;
  readonly collectionId: string;
  /** Null for a paper that has not been published. */
  readonly documentId: string | null;
  readonly baseVersion: number | null;
  /** Grows with every change in this browser. */
  readonly revision: number;
  readonly written: Written;
  readonly state: DraftState;
  readonly elsewhere: Elsewhere | null;
  /** The separately labelled parts of it that have drafts, by the fields of its kind. */
  readonly parts: readonly { readonly slot: string; readonly draftId: string }[];
  /** What stands before blocks of a label of their own, by block. */
  readonly portions: Readonly<Record<string, string>>;
  readonly marking: string;
}

/** Where the newest text is: with the server, or in this browser's vault alone. */
export interface DraftState {
  readonly isSaved: boolean;
  /** RFC 3339. */
  readonly at: string;
  /** Why the server did not take it, where it answered. */
  readonly trouble: string | null;
}

export type Kept =
  | { readonly is: 'kept'; readonly revision: number; readonly state: DraftState; readonly elsewhere: Elsewhere | null }
  /** Another window has written meanwhile; nothing was changed. */
  | { readonly is: 'stale'; readonly draft: OpenDraft };

/** Both texts, and what they come to. */
export interface Conflict {
  readonly is: 'conflict';
  readonly newestVersion: number;
  readonly yours: BlockDocument;
  readonly theirs: BlockDocument;
  readonly merge: readonly MergePart[];
}
export type Published = { readonly is: 'published'; readonly documentId: string; readonly version: number } | Conflict;

/** The schema of bodies as data: what a ProseMirror schema is made from. */
export interface SchemaData {
  readonly nodes: readonly NodeData[];
  readonly marks: readonly MarkData[];
}
interface NodeData {
  readonly name: string;
  readonly group?: string;
  readonly content?: string;
  readonly marks?: string;
  readonly inline?: boolean;
  readonly code?: boolean;
  readonly defining?: boolean;
  readonly isolating?: boolean;
  readonly selectable?: boolean;
  /** Names and defaults; an attribute without default has to be given. */
  readonly attrs: readonly AttributeData[];
}
interface MarkData {
  readonly name: string;
  readonly inclusive?: boolean;
  readonly attrs: readonly AttributeData[];
}
export interface AttributeData {
  readonly name: string;
  readonly default?: unknown;
  readonly isRequired: boolean;
}

/** What was pasted, as blocks of the one schema. */
export interface Pasted {
  readonly blocks: BlockDocument;
  readonly footnotes: readonly FootnoteText[];
}

/** Papers being written: kept in the vault first, then with the server; published, judged, superseded. */
export interface Writing {
  kinds(): Promise<readonly Kind[]>;
  schema(): Promise<SchemaData>;
  /** HTML or Markdown of anywhere, without anything that is no text of a paper. */
  pasted(text: string, format: 'html' | 'markdown'): Promise<Pasted>;

  begin(paper: NewPaper): Promise<string>;
  /** A draft of a paper that is there; the one that is under way, if there is one. */
  revise(documentId: string): Promise<string>;
  beginPart(draftId: string, slot: string, title: string, label: PlainLabel): Promise<string>;
  open(id: string): Promise<OpenDraft>;
  /**
   * Durable in the vault when it resolves; the state says whether the server has it.
   * @param over - saves over what another device has saved, under this number
   */
  write(id: string, revision: number, written: Written, over?: number): Promise<Kept>;
  discard(id: string): Promise<void>;
  /** Troubles: what filing refuses, for instance LABEL_TOO_HIGH; the draft stays. */
  publish(id: string, note: string): Promise<Published>;
  /** Takes a merged text on top of what was published meanwhile. */
  rebase(id: string, blocks: BlockDocument, newestVersion: number): Promise<void>;
  /** What each of two texts of a draft says that the other does not. */
  apart(yours: Written, theirs: Written): Promise<{ readonly yours: Apart; readonly theirs: Apart }>;
  /** One text with all that either of two texts of a draft says. */
  unite(yours: Written, theirs: Written): Promise<Written>;

  requestReview(input: ReviewInput): Promise<AskedReview>;
  answerReview(id: string, answer: ReviewAnswer, note: string): Promise<void>;
  withdrawReview(id: string): Promise<void>;
  restore(documentId: string, version: number, baseVersion: number, note: string): Promise<number>;
  supersede(documentId: string, by: string): Promise<void>;
  requestDowngrade(input: DowngradeInput): Promise<void>;
}
