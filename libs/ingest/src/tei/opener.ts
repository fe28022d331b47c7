import { markingsOfStamp, mergeMarkings } from '../markings.js';
import type { Markings } from '../markings.js';
import { attribute, elements } from '../xml.js';
import type { XmlElement, XmlNode } from '../xml.js';
import { inlineText } from './text.js';

/** What stands over the text of older papers: stamps, the file that they come from, and words such as [Extract]. */
export interface Opener {
  readonly markings: Markings;
  readonly file?: string;
  /** What belongs to the text: everything but datelines, stamps and the file. */
  readonly rest: readonly XmlNode[];
}

const isFile = (segment: XmlElement, text: string): boolean =>
  attribute(segment, 'rend') === 'inline' || /\b(?:Files?|Lot \d+|Series)\b/u.test(text);

/** Reads all `opener` children of a document or enclosure together. */
export function readOpeners(parent: XmlElement): Opener {
  let markings: Markings = { handling: [] };
  const files: string[] = [];
  const rest: XmlNode[] = [];
  for (const opener of elements(parent, 'opener')) {
    for (const child of opener.children) {
      if (typeof child === 'string' || (child.name !== 'seg' && child.name !== 'dateline')) rest.push(child);
      if (typeof child === 'string' || child.name !== 'seg') continue;
      const text = inlineText(child);
      const stamp = markingsOfStamp(text);
      if (stamp !== undefined) markings = mergeMarkings(markings, stamp);
      else if (isFile(child, text)) files.push(text);
      else rest.push({ name: 'p', attributes: new Map(), children: [text] });
    }
  }
  return { markings, rest, ...(files.length === 0 ? {} : { file: files.join('; ') }) };
}
