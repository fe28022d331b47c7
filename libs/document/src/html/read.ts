import type { BlockDocument } from '../block.js';
import { DocumentError } from '../errors.js';
import { LIMITS } from '../limits.js';
import { parseDocument } from '../parse.js';
import { htmlBlocks } from './blocks.js';

/**
 * Reads HTML as a body: what people read of it. Scripts, styles, forms and addresses that are no links are left out;
 * what `toHtml` wrote gives the same document again.
 * @throws DocumentError for what is too large or nested too deep.
 */
export function readHtml(html: string): BlockDocument {
  if (html.length > LIMITS.text * 4) throw new DocumentError('', 'the HTML is too long', 'TOO_LARGE');
  return parseDocument({ type: 'doc', content: htmlBlocks(html) });
}
