import { dominates, join } from '#policy';
import type { Label, SecurityPolicy } from '#policy';

import type { BlockDocument, TopBlock } from './block.js';

/** The labels of the blocks that have one, in their order. */
export function portionLabels({ content }: BlockDocument): Label[] {
  return content.flatMap(({ attrs: { label } }) => label ?? []);
}

/**
 * The least label that a document with these blocks can have; without portion labels the policy's lowest.
 * @throws PolicyError for a portion label that the policy does not know.
 */
export function leastLabel(document: BlockDocument, policy: SecurityPolicy): Label {
  return join(portionLabels(document), policy);
}

/** The first block whose label the document's label does not cover. Undefined: the document's label is high enough. */
export function uncoveredBlock(document: BlockDocument, label: Label, policy: SecurityPolicy): TopBlock | undefined {
  return document.content.find(({ attrs }) => attrs.label && !dominates(label, attrs.label, policy));
}
