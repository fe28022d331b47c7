import type { BlockDocument } from '../block.js';
import { canonicalJson } from '../canonical.js';
import { mergeDocuments } from './merge.js';

/**
 * One document with all that either of two says, of which nobody knows what they were before: blocks that are the same in both stand once,
 * every other one beside the block that it followed. A block that the two put differently stands in both wordings.
 */
export function uniteDocuments(yours: BlockDocument, theirs: BlockDocument): BlockDocument {
  const known = new Set(theirs.content.map(canonicalJson));
  const common = yours.content.filter((block) => known.has(canonicalJson(block)));
  const parts = mergeDocuments({ type: 'doc', content: common }, yours, theirs);
  return { type: 'doc', content: parts.flatMap((part) => (part.kind === 'TAKEN' ? [part.block] : [])) };
}
