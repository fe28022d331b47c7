/** Files become papers: office documents, PDF, mail, pages, TEI volumes, Markdown and plain text, read into one shape. */
export type { Attachment, Field, Footnote, PaperDraft, PersonMention, Problem, ReadPaper, Term } from './draft.js';
export { LIMITS } from './formats/extraction.js';
export type { FailureKind, Picture, PictureFile, Tools } from './formats/extraction.js';
export { readDocumentFile } from './formats/read.js';
export type { FileDocument, ReadOptions } from './formats/read.js';
export { readFrontMatter } from './frontMatter.js';
export type { FrontMatter } from './frontMatter.js';
export { documentInput } from './input.js';
export type { PaperInput } from './input.js';
export { kindFromWords, UNKNOWN_KIND } from './kinds.js';
export { labelFromWords, levelFromWords } from './labels.js';
export { readMarkdown } from './markdown.js';
export type { FileOptions } from './markdown.js';
export { precedenceId } from './markings.js';
export { readPlainText } from './plainText.js';
export { readTei } from './tei/volume.js';
export type { TeiDocument, TeiOptions } from './tei/volume.js';
export { XmlError } from './xml.js';
