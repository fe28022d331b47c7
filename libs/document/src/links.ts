import type { Block, BlockDocument, Inline, ListItem, Mark, TableCell, TableRow, TopBlock } from './block.js';

/** Where a link inside Chancery leads: to a document, to one block of it, and to one version when it names one. */
interface DocumentAddress {
  /** A lower-case UUID. */
  readonly documentId: string;
  readonly version: number | null;
  readonly blockId: string | null;
}

/** A link to a document, in the block in which it stands. */
export interface DocumentLink extends DocumentAddress {
  readonly from: string;
}

const ADDRESS =
  /^chancery:document\/([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})(?:\/([1-9]\d{0,8}))?(?:#([A-Za-z0-9_-]{1,64}))?$/;

/** Reads `chancery:document/<id>[/<version>][#<block>]`; undefined for anything else. */
export function readDocumentAddress(href: string): DocumentAddress | undefined {
  const [, documentId, version, blockId] = ADDRESS.exec(href) ?? [];
  if (documentId === undefined) return undefined;
  return { documentId, version: version === undefined ? null : Number(version), blockId: blockId ?? null };
}

/** Every link to a document, in the order of the text; a block that leads to the same place twice does so once. */
export function documentLinks({ content }: BlockDocument): DocumentLink[] {
  return content.flatMap((block) => {
    const hrefs = new Set(hrefsOf(block));
    return [...hrefs].flatMap((href) => {
      const address = readDocumentAddress(href);
      return address ? [{ from: block.attrs.id, ...address }] : [];
    });
  });
}

type Holder = TopBlock | Block | ListItem | TableRow | TableCell | Inline;

function hrefsOf(node: Holder): string[] {
  const own = 'marks' in node ? (node.marks ?? []).flatMap(hrefOf) : [];
  const inner = 'content' in node ? (node.content ?? []).flatMap(hrefsOf) : [];
  return [...own, ...inner];
}

function hrefOf(mark: Mark): string[] {
  return mark.type === 'link' ? [mark.attrs.href] : [];
}
