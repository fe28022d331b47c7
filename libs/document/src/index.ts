/** Bodies as blocks: one schema, its checks, its forms in other formats, and what changed between two of them. */
export { EMPTY_DOCUMENT } from './block.js';
export type {
  Block,
  BlockAttributes,
  BlockDocument,
  FootnoteText,
  Inline,
  ListItem,
  Mark,
  ReadBody,
  Table,
  TableCell,
  TableRow,
  TopBlock,
} from './block.js';
export { inlineText, textOf } from './blockText.js';
export { canonicalJson } from './canonical.js';
export { compareDocuments, differs } from './compare/compare.js';
export type { BlockChange } from './compare/compare.js';
export { keepIds } from './compare/keepIds.js';
export { mergeDocuments, mergedDocument } from './compare/merge.js';
export type { MergePart } from './compare/merge.js';
export { uniteDocuments } from './compare/unite.js';
export { compareWords } from './compare/words.js';
export type { WordChange } from './compare/words.js';
export { DocumentError } from './errors.js';
export { readHtml } from './html/read.js';
export { toHtml } from './html/write.js';
export type { HtmlOptions } from './html/write.js';
export { blockHash } from './ids.js';
export { leastLabel, portionLabels, uncoveredBlock } from './labels.js';
export { documentLinks } from './links.js';
export type { DocumentLink } from './links.js';
export { readMarkdown } from './markdown/read.js';
export { toMarkdownText } from './markdown/write.js';
export type { MarkdownOptions } from './markdown/write.js';
export { parseDocument } from './parse.js';
export { blockSchema } from './schema.js';
export { documentFromText, documentText } from './text.js';
