import { Fragment } from 'prosemirror-model';
import type { Mark as SchemaMark, MarkSpec, Node as SchemaNode, NodeSpec } from 'prosemirror-model';

import { canonicalLabel, parseLabel } from '#policy';

import type { Block, BlockDocument } from './block.js';
import { DocumentError } from './errors.js';
import { giveIds } from './ids.js';
import { LIMITS } from './limits.js';
import { blockSchema, isLabel } from './schema.js';

/** What no text holds: control characters, and halves of surrogate pairs. */
const UNPRINTABLE = /(?![\t\n\r\u0080-\u009F])\p{Cc}|\p{Cs}/u;
const NODE_KEYS = new Set(['type', 'attrs', 'content', 'marks', 'text']);
const MARK_KEYS = new Set(['type', 'attrs']);

type Json = Readonly<Record<string, unknown>>;

/** Where the reader is, and what it has read so far. */
interface Place {
  readonly path: string;
  /** Nodes around this one; the document itself has none. */
  readonly depth: number;
  readonly isCode: boolean;
  readonly tally: { nodes: number; text: number };
}

/**
 * Reads foreign JSON as a body. Whatever the schema does not know (a node, a mark, an attribute, an address that is no
 * link) is refused with its path rather than dropped; blocks without an id, or with one that stands twice, get one that
 * follows from their text. Linear in the size of the JSON, which is bounded.
 * @throws DocumentError
 */
export function parseDocument(json: unknown): BlockDocument {
  const node = readNode(json, { path: '', depth: 0, isCode: false, tally: { nodes: 0, text: 0 } });
  if (node.type !== blockSchema.topNodeType) throw new DocumentError('type', 'a body is a doc');
  if (node.childCount > LIMITS.blocks) throw tooLarge('content', `${String(LIMITS.blocks)} blocks`);
  // The schema's own objects have no prototype and share parts; the copy is plain data.
  const { content = [] } = JSON.parse(JSON.stringify(node)) as { content?: Block[] };
  return { type: 'doc', content: giveIds(content) };
}

function readNode(json: unknown, place: Place): SchemaNode {
  const { path, depth, tally } = place;
  if (depth > LIMITS.depth) throw tooLarge(path, `${String(LIMITS.depth)} nodes inside each other`);
  tally.nodes += 1;
  if (tally.nodes > LIMITS.nodes) throw tooLarge('', `${String(LIMITS.nodes)} nodes`);
  const value = recordOf(json, path, NODE_KEYS);
  const marks = listOf(value['marks'], at(path, 'marks')).map((mark, index) =>
    readMark(mark, at(path, `marks.${String(index)}`)),
  );
  if (value['type'] === 'text') return readText(value, marks, place);
  if (value['text'] !== undefined) throw new DocumentError(at(path, 'text'), 'only a text node has a text');
  return readElement(value, marks, place);
}

function readElement(value: Json, marks: readonly SchemaMark[], place: Place): SchemaNode {
  const { path, depth, tally } = place;
  const type = blockSchema.nodes[String(value['type'])];
  if (!type) throw new DocumentError(at(path, 'type'), 'not a node of a body');
  const isCode = type.name === 'code_block';
  const children = listOf(value['content'], at(path, 'content')).map((child, index) =>
    readNode(child, { path: at(path, `content.${String(index)}`), depth: depth + 1, isCode, tally }),
  );
  const content = Fragment.fromArray(children);
  if (!type.validContent(content)) {
    throw new DocumentError(at(path, 'content'), `a ${type.name} holds ${type.spec.content ?? 'nothing'}`);
  }
  return made(path, () => {
    const attrs = attributesOf(value['attrs'], place);
    const node = type.create(attrs, content, marks);
    checkAttributes(attrs, node.attrs, type.spec);
    return node;
  });
}

/** Blocks inside others lose a foreign id, which stands for nothing; a label there would be lost too, so it is refused. */
function attributesOf(attrs: unknown, { path, depth }: Place): Json {
  if (attrs === undefined || attrs === null) return {};
  const given = recordOf(attrs, at(path, 'attrs'));
  const { id, label, ...rest } = given;
  const isPlaced = depth === 1;
  if (!isPlaced && label !== undefined && label !== null) {
    throw new DocumentError(at(path, 'attrs.label'), 'only a block at the top of a body has a label');
  }
  return {
    ...rest,
    ...('id' in given ? { id: isPlaced ? id : null } : {}),
    ...('label' in given ? { label: canonicalOf(label) } : {}),
  };
}

/** One spelling of a label, so that equal blocks have equal JSON; what is no label is left for the check that follows. */
function canonicalOf(label: unknown): unknown {
  return isLabel(label) ? parseLabel(canonicalLabel(label)) : label;
}

function readText(
  { text, attrs, content }: Json,
  marks: readonly SchemaMark[],
  { path, isCode, tally }: Place,
): SchemaNode {
  if (typeof text !== 'string' || text === '') throw new DocumentError(at(path, 'text'), 'a text node has a text');
  if (attrs !== undefined || content !== undefined)
    throw new DocumentError(path, 'a text node has text and marks only');
  if (UNPRINTABLE.test(text)) throw new DocumentError(at(path, 'text'), 'holds a character that is no text');
  tally.text += text.length;
  if (tally.text > LIMITS.text) throw tooLarge('', `${String(LIMITS.text)} characters`);
  // A line ends by a hard break; an end of line inside a text is a space, as in HTML.
  const line = text.replaceAll(/\r\n?/g, '\n');
  return blockSchema.text(isCode ? line : line.replaceAll('\n', ' '), marks);
}

function readMark(json: unknown, path: string): SchemaMark {
  const { type, attrs } = recordOf(json, path, MARK_KEYS);
  const mark = blockSchema.marks[String(type)];
  if (!mark) throw new DocumentError(at(path, 'type'), 'not a mark of a text');
  return made(path, () => {
    const given = attrs === undefined || attrs === null ? {} : recordOf(attrs, at(path, 'attrs'));
    const made = mark.create(given);
    checkAttributes(given, made.attrs, mark.spec);
    return made;
  });
}

/** ProseMirror itself passes over attributes that it does not know, and checks none of those that it makes from JSON. */
function checkAttributes(given: Json, made: Json, { attrs = {} }: NodeSpec | MarkSpec): void {
  const unknown = Object.keys(given).find((name) => !Object.hasOwn(attrs, name));
  if (unknown !== undefined) throw new RangeError(`there is no attribute ${unknown}`);
  for (const [name, { validate }] of Object.entries(attrs)) {
    if (typeof validate === 'function') validate(made[name]);
  }
}

/** What the schema itself refuses, with the path at which it did. */
function made<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RangeError) throw new DocumentError(path, error.message);
    throw error;
  }
}

function recordOf(json: unknown, path: string, keys?: ReadonlySet<string>): Json {
  if (typeof json !== 'object' || json === null || Array.isArray(json)) {
    throw new DocumentError(path, 'not an object');
  }
  const unknown = keys && Object.keys(json).find((key) => !keys.has(key));
  if (unknown !== undefined) throw new DocumentError(path, `a body has no ${unknown}`);
  return json as Json;
}

function listOf(json: unknown, path: string): readonly unknown[] {
  if (json === undefined) return [];
  if (!Array.isArray(json)) throw new DocumentError(path, 'not a list');
  return json;
}

function at(path: string, step: string): string {
  return path === '' ? step : `${path}.${step}`;
}

function tooLarge(path: string, limit: string): DocumentError {
  return new DocumentError(path, `has more than ${limit}`, 'TOO_LARGE');
}
