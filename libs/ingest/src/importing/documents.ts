import type { Label } from '#policy';

import type { PaperDraft, Problem } from '../draft.js';
import type { FailureKind } from '../formats/extraction.js';

/** A file that is to be read. `name` is stable: the same file has it wherever its folder lies. */
export interface FoundFile {
  readonly path: string;
  readonly name: string;
}

/** A file as it was when it was looked at. */
export interface LocalFile {
  /** Of a file inside another one that one's path, `#` and its name. */
  readonly path: string;
  readonly name: string;
  /** Bytes. */
  readonly size: number;
  /** In hex. */
  readonly sha256: string;
  /** Its bytes, from `start` up to and without `end`. */
  readonly read: (start: number, end: number) => Promise<Uint8Array>;
}

/** A document, or several, that were made from the same content before. */
export interface Twin {
  readonly documentId: string;
  /** Name by which what was imported is known: of the paper, or of a file of several papers. */
  readonly sourceId: string | null;
  readonly title: string;
  readonly label: Label;
  /** Whether the file lies beside its document; if not, it was noted that all of it is filed. */
  readonly isKept: boolean;
}

/** A file, and the version that it belongs beside. */
export interface WantedFile {
  readonly file: LocalFile;
  readonly documentId: string;
  readonly version: number;
}

/** What became of a file: it lies there; it is not the importer's to lay; or it is not taken, with the server's code and words. */
export type Kept = 'kept' | 'left' | { readonly error: string; readonly detail: string };

/** Where the files of papers are kept. */
export interface KeepOriginals {
  /** Documents of the collection that were made from these contents, by hash, as far as the importer may read them. */
  known(collectionId: string, hashes: readonly string[]): Promise<ReadonlyMap<string, Twin>>;
  /** Lays files beside versions; answers in their order. Done again, it changes nothing. */
  keepAll(wanted: readonly WantedFile[]): Promise<readonly Kept[]>;
  /** Notes that all papers of a file are filed, where it lies beside none of them; nothing where some are another's. */
  note(collectionId: string, file: Pick<LocalFile, 'name' | 'sha256'>, documentIds: readonly string[]): Promise<void>;
}

/** A paper of a file, or what stood in the way of one. A file inside a file has the path of the outer one, `#` and its name. */
export interface ReadDocument {
  readonly path: string;
  /** Path of the outermost file. */
  readonly file: string;
  readonly sourceId: string;
  readonly paper?: PaperDraft;
  /** The file inside another one that the paper was made from. */
  readonly content?: LocalFile;
  /** Of a duplicate: what was filed of the same content before, where that is not of this import. */
  readonly twin?: Twin;
  /** Of a duplicate: the label of what has the same content, where that is known. */
  readonly twinLabel?: Label;
  /** What was made from this very file before, which was therefore not read again. */
  readonly filedAs?: Twin;
  /** Why there is no paper. `duplicate`: another file has the same content. */
  readonly failure?: FailureKind | 'duplicate';
  readonly problems: readonly Problem[];
}

/** Paths of the files that a document lies in, from the outermost to its own. */
export function placesOf({ file, path }: Pick<ReadDocument, 'file' | 'path'>): string[] {
  // a name inside has no `#` of its own
  const inside = path.slice(file.length).split('#').slice(1);
  return [file, ...inside.map((_, at) => [file, ...inside.slice(0, at + 1)].join('#'))];
}

/** A paper with a classification that the policy does not know must not come in under the collection's own label. */
export const withoutLevel = ({ classification, label }: PaperDraft): boolean =>
  classification !== undefined && label === undefined;
