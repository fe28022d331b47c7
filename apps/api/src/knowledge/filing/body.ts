import { DocumentError, documentText, parseDocument, uncoveredBlock } from '#document';
import type { BlockDocument } from '#document';
import type { Label } from '#policy';

import { Refusal } from '../../platform/refusal.js';
import { requireKnown } from '../collections/collections.service.js';
import type { DocumentInput } from '../documents/documents.types.js';
import type { Reader } from '../reading.service.js';

/** JSON of a body, in UTF-16 code units: twenty times what it may hold of text would be formatting alone. */
const MAX_JSON = 8_000_000;

/** What is kept of a body: its plain text, and its blocks where it was sent as blocks. */
export interface Body {
  readonly body: string;
  readonly blocks: BlockDocument | null;
}

/** Reads the body of an input. Throws BAD_INPUT or TOO_LARGE that names where in the blocks. */
export function bodyOf({ body, blocks }: DocumentInput): Body {
  if (blocks === null || blocks === undefined) return { body: body ?? '', blocks: null };
  if (blocks.length > MAX_JSON) throw new Refusal('TOO_LARGE', 'the blocks are too long', { field: 'blocks' });
  const document = parsed(blocks);
  return { body: documentText(document), blocks: document };
}

function parsed(json: string): BlockDocument {
  try {
    return parseDocument(JSON.parse(json));
  } catch (error) {
    if (error instanceof SyntaxError) throw new Refusal('BAD_INPUT', 'the blocks are not JSON', { field: 'blocks' });
    if (!(error instanceof DocumentError)) throw error;
    const field = error.path === '' ? 'blocks' : `blocks.${error.path}`;
    throw new Refusal(error.reason === 'TOO_LARGE' ? 'TOO_LARGE' : 'BAD_INPUT', error.message, { field });
  }
}

/** A document is marked as high as the highest of its blocks. Throws LABEL_UNKNOWN, LABEL_TOO_HIGH that name the block. */
export function requireCovered({ blocks }: Body, label: Label, { policy }: Pick<Reader, 'policy'>): void {
  blocks?.content.forEach(({ attrs }, index) => {
    if (attrs.label) requireKnown(attrs.label, policy, `blocks.content.${String(index)}.attrs.label`);
  });
  const high = blocks && uncoveredBlock(blocks, label, policy);
  if (!high) return;
  const message = "a block's label is above the label of the document";
  throw new Refusal('LABEL_TOO_HIGH', message, {
    field: `blocks.content.${String(blocks.content.indexOf(high))}.attrs.label`,
  });
}
