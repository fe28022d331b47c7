import { attribute } from '../xml.js';
import type { XmlElement, XmlNode } from '../xml.js';
import { TextBuilder } from './text.js';

/** A part of a heading that the encoding names. */
export interface Mark {
  readonly kind: 'from' | 'to' | 'date' | 'place';
  readonly start: number;
  readonly end: number;
}

/** A heading on one line, without its number and its notes, and where its marked parts stand. */
export interface Heading {
  readonly number?: string;
  readonly text: string;
  readonly marks: readonly Mark[];
}

const NUMBER = /^(\d+[A-Za-z]?)\.\s+/u;

function markOf(element: XmlElement): Mark['kind'] | undefined {
  if (element.name === 'date') return 'date';
  if (element.name === 'placeName') return 'place';
  const type = attribute(element, 'type');
  return type === 'from' || type === 'to' ? type : undefined;
}

function read(node: XmlNode, builder: TextBuilder, marks: Mark[]): void {
  if (typeof node === 'string') builder.add(node);
  else if (node.name === 'lb') builder.add(' ');
  else if (node.name !== 'note' && node.name !== 'pb') {
    const start = builder.length;
    for (const child of node.children) read(child, builder, marks);
    const kind = markOf(node);
    if (kind !== undefined) marks.push({ kind, start, end: builder.length });
  }
}

/** Reads a heading; a mark's start may stand on the space before it. */
export function readHeading(head: XmlElement): Heading {
  const builder = new TextBuilder();
  const marks: Mark[] = [];
  for (const child of head.children) read(child, builder, marks);
  const text = builder.toString();
  const match = NUMBER.exec(text);
  if (match === null) return { text, marks };
  const offset = match[0].length;
  const moved = marks.map(({ kind, start, end }) => ({ kind, start: Math.max(0, start - offset), end: end - offset }));
  return { text: text.slice(offset), marks: moved, ...(match[1] === undefined ? {} : { number: match[1] }) };
}
