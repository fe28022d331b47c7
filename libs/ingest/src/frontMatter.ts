import { isAlias, isMap, isScalar, isSeq, parseDocument, visit } from 'yaml';
import type { Document } from 'yaml';

import { because } from './reasons.js';
import type { Reason } from './reasons.js';

/** Values over a Markdown text; every value is a list, most have one item. Keys are lower case. */
export interface FrontMatter {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
  /** Why the front matter can't be read; nothing of it counts then. */
  readonly problem?: Reason;
}

const FENCED = /^\uFEFF?---[^\S\n]*\r?\n([\s\S]*?)(?:\r?\n)?(?:---|\.\.\.)[^\S\n]*(?:\r?\n|$)/u;

/** The texts of a value; a mapping gives the texts of all its values, in order: `{level: SECRET, categories: [NODIS]}`. */
function textsOf(node: unknown): string[] {
  if (isScalar<string>(node)) return node.value === '' ? [] : [node.value];
  if (isSeq(node)) return node.items.flatMap(textsOf);
  if (isMap(node)) return node.items.flatMap(({ value }) => textsOf(value));
  return [];
}

/** A word that stands for another place hides what the author wrote from whoever reads the file. */
function hasAlias(document: Document): boolean {
  let found = false;
  visit(document, (_, node) => {
    found ||= isAlias(node);
  });
  return found;
}

/** Reads the YAML between `---` fences over a text; every scalar is kept as it is written, aliases are refused. */
export function readFrontMatter(text: string): FrontMatter {
  const match = FENCED.exec(text);
  if (match === null) return { values: new Map(), body: text.replace(/^\uFEFF/u, '') };
  const body = text.slice(match[0].length);
  const document = parseDocument(match[1] ?? '', { schema: 'failsafe', logLevel: 'silent' });
  const { contents } = document;
  if (document.errors.length > 0 || hasAlias(document) || (contents !== null && !isMap(contents))) {
    return { values: new Map(), body, problem: because('FRONT_MATTER') };
  }
  const values = (contents?.items ?? []).map(
    ({ key, value }) => [textsOf(key).join(' ').toLowerCase(), textsOf(value)] as const,
  );
  return { values: new Map(values), body };
}
