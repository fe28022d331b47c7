/** Values over a Markdown text; every value is a list, most have one item. Keys are lower case. */
export interface FrontMatter {
  readonly values: ReadonlyMap<string, readonly string[]>;
  readonly body: string;
}

const FENCED = /^\uFEFF?---[^\S\n]*\r?\n([\s\S]*?)(?:\r?\n)?(?:---|\.\.\.)[^\S\n]*(?:\r?\n|$)/u;
const KEY = /^([\p{L}][\p{L}\p{N}_-]*)\s*:\s*(.*)$/u;
const ITEM = /^\s+-\s+(.*)$|^-\s+(.*)$/u;

/** A scalar without its quotation marks; `\"` and `\\` are the only escapes. */
function scalar(text: string): string {
  const plain = text.trim();
  const quoted = /^"((?:[^"\\]|\\.)*)"|^'((?:[^']|'')*)'/su.exec(plain);
  if (quoted?.[1] !== undefined) return quoted[1].replace(/\\(["\\])/gu, '$1');
  if (quoted?.[2] !== undefined) return quoted[2].replaceAll("''", "'");
  return plain.replace(/\s+#.*$/u, '');
}

/** The items of `[a, "b, c"]`. */
function inlineList(text: string): string[] {
  const items = text.slice(1, -1).match(/"(?:[^"\\]|\\.)*"|'(?:[^']|'')*'|[^,]+/gu) ?? [];
  return items.map(scalar).filter((item) => item !== '');
}

function valuesOf(text: string): string[] {
  const plain = text.trim();
  if (plain.startsWith('[') && plain.endsWith(']')) return inlineList(plain);
  const value = scalar(plain);
  return value === '' ? [] : [value];
}

/** Reads `key: value` lines between `---` fences, with lists in brackets or with dashes; the rest of YAML is not needed here. */
export function readFrontMatter(text: string): FrontMatter {
  const match = FENCED.exec(text);
  if (match === null) return { values: new Map(), body: text.replace(/^\uFEFF/u, '') };
  const values = new Map<string, string[]>();
  let open: string[] = [];
  for (const line of (match[1] ?? '').split(/\r?\n/u)) {
    const item = ITEM.exec(line);
    const key = KEY.exec(line);
    if (item !== null) open.push(scalar(item[1] ?? item[2] ?? ''));
    else if (key !== null) {
      open = valuesOf(key[2] ?? '');
      values.set((key[1] ?? '').toLowerCase(), open);
    }
  }
  return { values, body: text.slice(match[0].length) };
}
