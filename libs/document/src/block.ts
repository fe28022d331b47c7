import type { Label } from '#policy';

/** What runs inside a block is marked with; a link leads to http, https, mailto or a document. */
export type Mark =
  | { readonly type: 'strong' | 'em' | 'underline' | 'code' }
  | { readonly type: 'link'; readonly attrs: { readonly href: string } };

export interface Text {
  readonly type: 'text';
  readonly text: string;
  readonly marks?: readonly Mark[];
}

/** A line break inside a block. */
export interface HardBreak {
  readonly type: 'hard_break';
  readonly marks?: readonly Mark[];
}

/** Where a footnote is called; its text stands beside the body, under the same mark. */
export interface FootnoteReference {
  readonly type: 'footnote';
  readonly attrs: { readonly mark: string };
  readonly marks?: readonly Mark[];
}

export type Inline = Text | HardBreak | FootnoteReference;

/** Absent content is empty content, as ProseMirror writes it. */
export interface Container<Child> {
  readonly content?: readonly Child[];
}

/**
 * What every block carries. The blocks at the top of a document have an id, which stays the same while the block is
 * edited or moved, and may have a portion label; blocks inside others have neither.
 */
export interface BlockAttributes {
  readonly id: string | null;
  readonly label: Label | null;
}

interface With<Type extends string, Attributes = BlockAttributes> {
  readonly type: Type;
  readonly attrs: Attributes;
}

export type Paragraph = With<'paragraph'> & Container<Inline>;
export type Heading = With<'heading', BlockAttributes & { readonly level: number }> & Container<Inline>;
export type CodeBlock = With<'code_block', BlockAttributes & { readonly language: string }> & Container<Text>;
export type Blockquote = With<'blockquote'> & Container<Block>;
export type BulletList = With<'bullet_list'> & Container<ListItem>;
export type OrderedList = With<'ordered_list', BlockAttributes & { readonly order: number }> & Container<ListItem>;
export type Table = With<'table'> & Container<TableRow>;
export type HorizontalRule = With<'horizontal_rule'>;

export interface ListItem extends Container<Block> {
  readonly type: 'list_item';
}

export interface TableRow extends Container<TableCell> {
  readonly type: 'table_row';
}

export interface TableCell extends Container<Inline> {
  readonly type: 'table_cell' | 'table_header';
}

export type Block = Paragraph | Heading | CodeBlock | Blockquote | BulletList | OrderedList | Table | HorizontalRule;

/** A block at the top of a document: it has its id. */
export type TopBlock = Block & { readonly attrs: { readonly id: string } };

/** A body as blocks: JSON that ProseMirror reads and writes. Made by `parseDocument` and by the readers of other formats. */
export interface BlockDocument {
  readonly type: 'doc';
  readonly content: readonly TopBlock[];
}

/** The text of a footnote, under the mark that calls it. */
export interface FootnoteText {
  readonly mark: string;
  readonly text: string;
}

/** A body read from another format: its blocks, and the footnotes that stood with it. */
export interface ReadBody {
  readonly document: BlockDocument;
  readonly footnotes: readonly FootnoteText[];
}

/** A document without blocks. */
export const EMPTY_DOCUMENT: BlockDocument = { type: 'doc', content: [] };
