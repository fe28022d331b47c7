import { Extension, Mark, Node } from '@tiptap/core';
import type { AnyExtension, Attributes } from '@tiptap/core';
import type { DOMOutputSpec } from '@tiptap/pm/model';

import type { AttributeData, SchemaData } from '../../../worker/writing/protocol.js';

type Values = Readonly<Record<string, unknown>>;

/** How nodes are set on the page. What stands in clipboards is what `readHtml` of the engine takes back, ids and labels with it. */
const ELEMENTS: Readonly<Record<string, (attrs: Values) => DOMOutputSpec>> = {
  paragraph: (attrs) => ['p', placed(attrs), 0],
  // the page has the paper's title as its first heading
  heading: (attrs) => [`h${String(Math.min(6, Number(attrs['level']) + 1))}`, placed(attrs), 0],
  blockquote: (attrs) => ['blockquote', placed(attrs), 0],
  code_block: (attrs) => ['pre', { ...placed(attrs), dir: 'ltr' }, ['code', 0]],
  bullet_list: (attrs) => ['ul', placed(attrs), 0],
  ordered_list: (attrs) => ['ol', { ...placed(attrs), start: String(attrs['order']) }, 0],
  list_item: () => ['li', 0],
  table: (attrs) => ['table', placed(attrs), ['tbody', 0]],
  table_row: () => ['tr', 0],
  table_cell: () => ['td', { dir: 'auto' }, 0],
  table_header: () => ['th', { dir: 'auto' }, 0],
  horizontal_rule: (attrs) => ['hr', placed(attrs)],
  hard_break: () => ['br'],
  footnote: (attrs) => ['sup', { 'data-footnote': String(attrs['mark']) }, String(attrs['mark'])],
  link: (attrs) => ['a', { href: String(attrs['href']) }, 0],
  strong: () => ['strong', 0],
  em: () => ['em', 0],
  underline: () => ['u', 0],
  code: () => ['code', 0],
};

function placed({ id, label }: Values): Record<string, string> {
  return {
    dir: 'auto',
    ...(typeof id === 'string' && { 'data-block': id }),
    ...(isLabel(label) && { 'data-label': canonical(label) }),
  };
}

interface Label {
  readonly policy: string;
  readonly level: string;
  readonly categories: readonly unknown[];
}

const isLabel = (value: unknown): value is Label => typeof value === 'object' && value !== null;
/** The order of the engine's own text of a label. */
const canonical = ({ categories, level, policy }: Label): string => JSON.stringify({ categories, level, policy });

/** Attributes go from node to node as they are; a block that is split leaves its id with its first half. */
function attributes(attrs: readonly AttributeData[]): Attributes {
  const named = attrs.map(({ name, default: value, isRequired }) => [
    name,
    { ...(isRequired ? { isRequired } : { default: value }), rendered: true, keepOnSplit: name !== 'id' },
  ]);
  return Object.fromEntries(named) as Attributes;
}

/** The engine's schema as extensions: names, contents and attributes are its own. */
export function schemaExtensions({ nodes, marks }: SchemaData): AnyExtension[] {
  return [
    ...nodes.map(({ name, attrs, ...spec }) =>
      Node.create({
        name,
        topNode: name === 'doc',
        ...spec,
        addAttributes: () => attributes(attrs),
        ...rendering(name),
      }),
    ),
    ...marks.map(({ name, attrs, ...spec }) =>
      Mark.create({ name, ...spec, addAttributes: () => attributes(attrs), ...rendering(name) }),
    ),
  ];
}

function rendering(name: string) {
  const element = ELEMENTS[name];
  if (!element) return {};
  return {
    renderHTML: ({ node, mark }: { node?: { attrs: Values }; mark?: { attrs: Values } }): DOMOutputSpec =>
      element((node ?? mark)?.attrs ?? {}),
  };
}

/** Keys beside those that every editor has. */
export const keys = Extension.create({
  name: 'keys',
  addKeyboardShortcuts() {
    const { editor } = this;
    return {
      'Mod-b': () => editor.commands.toggleMark('strong'),
      'Mod-i': () => editor.commands.toggleMark('em'),
      'Mod-u': () => editor.commands.toggleMark('underline'),
      'Mod-e': () => editor.commands.toggleMark('code'),
      'Mod-Alt-0': () => editor.commands.setNode('paragraph'),
      'Mod-Alt-1': () => editor.commands.toggleNode('heading', 'paragraph', { level: 1 }),
      'Mod-Alt-2': () => editor.commands.toggleNode('heading', 'paragraph', { level: 2 }),
      'Mod-Alt-3': () => editor.commands.toggleNode('heading', 'paragraph', { level: 3 }),
      'Mod-Shift-7': () => editor.commands.toggleList('ordered_list', 'list_item'),
      'Mod-Shift-8': () => editor.commands.toggleList('bullet_list', 'list_item'),
      'Shift-Enter': () => editor.commands.insertContent({ type: 'hard_break' }),
      Enter: () => editor.commands.splitListItem('list_item'),
      Tab: () => editor.commands.sinkListItem('list_item'),
      'Shift-Tab': () => editor.commands.liftListItem('list_item'),
    };
  },
});
