import type { Block } from '../block.js';
import { isBlockId, isLabel } from '../schema.js';

const COMMENT = /^<!-- block (\{.*\}) -->$/u;

/** What a comment of Markdown keeps of a block: its id and its portion label. */
export type Kept = Partial<Block['attrs']>;

/** The comment that keeps a block's id and label through Markdown. */
export function commentOf({ id, label }: Block['attrs']): string {
  const kept = JSON.stringify({ id, ...(label ? { label } : {}) });
  // Two hyphens would end a comment before its time.
  return `<!-- block ${kept.replaceAll('--', '-\\u002d')} -->`;
}

/** Reads such a comment; undefined for any other HTML. A label that is none is an error of the caller's check, not lost. */
export function readComment(html: string): Kept | undefined {
  const [, json] = COMMENT.exec(html.trim()) ?? [];
  if (json === undefined) return undefined;
  const { id, label } = parsed(json);
  return { ...(isBlockId(id) ? { id } : {}), ...(isLabel(label) ? { label } : {}) };
}

function parsed(json: string): Record<string, unknown> {
  try {
    return JSON.parse(json) as Record<string, unknown>;
  } catch {
    return {};
  }
}
