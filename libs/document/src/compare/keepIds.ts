import type { BlockDocument } from '../block.js';
import { withId } from '../ids.js';
import { align } from './align.js';

/**
 * A new body with the ids of the earlier one wherever a block went on, if changed: what was read from Markdown or plain
 * text knows them no more, and comments, links and citations hang on them.
 */
export function keepIds(document: BlockDocument, earlier: BlockDocument): BlockDocument {
  const places = new Map(align(earlier.content, document.content).map(({ before, after }) => [after, before]));
  const kept = new Set([...places.values()].map((index) => earlier.content[index]?.attrs.id));
  const content = document.content.map((block, index) => {
    const place = places.get(index);
    const id = (place === undefined ? undefined : earlier.content[place]?.attrs.id) ?? block.attrs.id;
    return { block, id, isNew: place === undefined };
  });
  const clash = new Set(content.filter(({ id, isNew }) => isNew && kept.has(id)).map(({ id }) => id));
  return {
    type: 'doc',
    content: content.map(({ block, id, isNew }) =>
      withId(block, isNew && clash.has(id) ? `${id.slice(0, 60)}-new` : id),
    ),
  };
}
