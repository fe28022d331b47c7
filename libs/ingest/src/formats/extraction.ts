import { because } from '../reasons.js';
import type { Reason } from '../reasons.js';

/**
 * What the readers of file formats need from where they run: libs hold no code of a platform. All are pure functions of
 * their arguments.
 */
export interface Tools {
  /**
   * Raw DEFLATE (RFC 1951).
   * @throws an error with code ERR_BUFFER_TOO_LARGE where more than `most` bytes come out, any other where the data is damaged
   */
  readonly inflate: (data: Uint8Array, most: number) => Uint8Array;
  /** Text of a WHATWG encoding label, damaged sequences as U+FFFD. */
  readonly decode: (data: Uint8Array, encoding: string) => string;
  /** The text on a picture, undefined where that is damaged; absent where nobody asked for it. */
  readonly recognise?: (picture: Picture | PictureFile) => Promise<string | undefined>;
  /** A hash by which equal contents are recognised, in hex. */
  readonly digest: (data: Uint8Array) => string;
}

/** A picture as bytes, row by row from the top: grey, red-green-blue, or that with transparency. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly channels: 1 | 3 | 4;
  readonly data: Uint8Array | Uint8ClampedArray;
}

/** A PNG, JPEG or TIFF file; of several pictures in it the first counts. */
export interface PictureFile {
  readonly file: Uint8Array;
  /** How it is to be turned, as EXIF counts it: 1 is upright. */
  readonly orientation: number;
}

/**
 * Why nothing could be read: a format that is not taken, a file that asks for a password, a damaged one, or one that is
 * taken by nobody: a bomb, entities of its own, beyond the limits.
 */
export type FailureKind = 'unsupported' | 'encrypted' | 'corrupt' | 'refused';

/** A file that cannot be read; the reason holds nothing of the file's content. */
export class ExtractionError extends Error {
  override readonly name = 'ExtractionError';

  constructor(
    readonly kind: FailureKind,
    readonly because: Reason,
  ) {
    super(because.reason);
  }
}

/** What a file says about itself; proposed for the paper, not trusted. */
export interface Metadata {
  readonly title?: string;
  readonly author?: string;
  /** ISO 8601 as exact as the file says. */
  readonly date?: string;
  /** BCP 47 tag as the file says it. */
  readonly language?: string;
  readonly from?: string;
  readonly to?: string;
}

/** A file inside another one, or a document that its container holds taken apart. */
export type EmbeddedFile =
  | {
      readonly name: string;
      readonly bytes: Uint8Array;
      /** Put together from parts of its container, which holds no such file. */
      readonly isMade?: boolean;
    }
  | { readonly name: string; readonly document: Extracted };

/** What was read of one file. */
export interface Extracted {
  readonly metadata: Metadata;
  /** Plain text, blocks between blank lines. */
  readonly text: string;
  /** Lines of page headers and footers, where markings stand; no part of the text. */
  readonly margins?: readonly string[];
  readonly embedded?: readonly EmbeddedFile[];
  /** What a reader should know: macros left out, no text layer. */
  readonly notes?: readonly Reason[];
}

/** Bounds of what one file may hold; what is beyond them is refused. */
export const LIMITS = {
  /** Of an archive, in all. */
  inflatedBytes: 64 * 1024 * 1024,
  /** Of one part of an archive that is parsed as XML. */
  partBytes: 16 * 1024 * 1024,
  parts: 5000,
  /** Of the text of one document, in UTF-16 code units. */
  characters: 8 * 1024 * 1024,
  pages: 5000,
  /** Of one file, whose text is read from pictures. */
  recognisedPages: 300,
  embeddedFiles: 200,
  /** Of the files inside one file that come along with their papers. */
  contentBytes: 64 * 1024 * 1024,
  /** Files in files in files. */
  nesting: 4,
} as const;

/** @throws ExtractionError refused where a text is beyond the limit */
export function bounded(text: string): string {
  if (text.length <= LIMITS.characters) return text;
  const detail = `more than ${LIMITS.characters / 1024 / 1024} million characters of text`;
  throw new ExtractionError('refused', because('TEXT_TOO_LONG', { detail }));
}

/** Lines and blocks without white space at their borders; blocks between one blank line. */
export function tidied(text: string): string {
  return text
    .replace(/\r\n?|[\v\f\u2028\u2029]/gu, '\n')
    .replace(/[^\S\n]+/gu, ' ')
    .replace(/ ?\n ?/gu, '\n')
    .replace(/\n{3,}/gu, '\n\n')
    .trim();
}

/** Cells of a row as one line. */
export const rowLine = (cells: readonly string[]): string =>
  cells
    .map((cell) => cell.replace(/\s+/gu, ' ').trim())
    .join(' | ')
    .replace(/(?: \| )+$/u, '');
