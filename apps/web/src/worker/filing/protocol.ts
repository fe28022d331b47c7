import type { Format } from '#publish';

/** What is taken out: one paper, or a whole collection as a ZIP. */
export type Scope =
  { readonly documentId: string } | { readonly collectionId: string; readonly name: string; readonly count: number };

/** As which files; a mail carries the other forms. */
export interface Wanted {
  readonly formats: readonly Format[];
  /** Everything in one ZIP with a manifest; a collection always is. */
  readonly isArchive: boolean;
}

export interface TakenOut {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
  /** Characters that stand as boxes, as no font for them is here. */
  readonly unprintable: readonly string[];
}

/** How far something long has come. */
export interface Progress {
  readonly done: number;
  readonly total: number;
}

export type Outcome =
  'created' | 'revised' | 'unchanged' | 'duplicate' | 'unsupported' | 'encrypted' | 'corrupt' | 'refused';

/** Why: a code that the page has words for, with their values, and English words for one that it does not know. */
export interface ImportReason {
  readonly code: string;
  readonly values?: Readonly<Record<string, string | number>>;
  readonly reason: string;
}

/** What became of one document of a dropped file. */
export interface Imported {
  /** Its file's, and after `#` names of files inside it. */
  readonly path: string;
  readonly outcome: Outcome;
  readonly documentId: string | null;
  readonly title: string | null;
  /** Of the paper that was made of it. */
  readonly marking: string | null;
  readonly reasons: readonly ImportReason[];
}

/** An import: how far it is, or how far it came before the tab was closed. */
export interface ImportState extends Progress {
  readonly id: string;
  readonly collectionId: string;
  readonly isRunning: boolean;
  /** Files that were chosen for it and of which nothing has become yet. */
  readonly missing: readonly string[];
  readonly outcomes: readonly Imported[];
  /** Why it stopped before its end. */
  readonly trouble: string | null;
}

export interface NewImport {
  /** Made by the page: the same again goes on with what is missing. Another takes the place of the last one. */
  readonly id: string;
  readonly collectionId: string;
  readonly files: readonly { readonly path: string; readonly file: File }[];
}

/** Papers from files, and files from papers. */
export interface Filing {
  /** The server's audit trail is told. Troubles: NOT_FOUND … @param task - by which `progress` is asked for */
  takeOut(task: string, scope: Scope, wanted: Wanted): Promise<TakenOut>;
  /** The file that a version was made from. */
  original(
    task: string,
    original: { readonly id: string; readonly size: number; readonly name: string },
  ): Promise<TakenOut>;
  progress(task: string): Promise<Progress>;
  /** Begins, and answers at once; what is there already is not filed twice. */
  beginImport(input: NewImport): Promise<void>;
  /** The one under way, or the last one, also of an earlier run; undefined where there was none or it was forgotten. */
  lastImport(): Promise<ImportState | undefined>;
  /** What is filed stays; the rest is not read. */
  cancelImport(): Promise<void>;
  /** What is filed stays; what became of each file is known no more. */
  forgetImport(): Promise<void>;
}
