import { Extension, textblockTypeInputRule, wrappingInputRule } from '@tiptap/core';
import type { Editor } from '@tiptap/core';
import { history, redo, undo } from '@tiptap/pm/history';
import type { Node as ModelNode } from '@tiptap/pm/model';
import { Plugin } from '@tiptap/pm/state';
import type { EditorState, Transaction } from '@tiptap/pm/state';
import { Decoration, DecorationSet } from '@tiptap/pm/view';

import { nextCell } from './tables.js';

/** What the page does for the editor. */
export interface Surroundings {
  /** What stands before a block with a label of its own. */
  readonly portionOf: (label: unknown) => string;
  /** Of the whole paper: covers everything in it. */
  readonly paperLabel: () => unknown;
  readonly openSlash: () => void;
  readonly openCitation: () => void;
  /** What was pasted or dropped from elsewhere. */
  readonly take: (data: DataTransfer) => void;
}

/** Typing, pasting, ids and markings; `surroundings` is asked each time, so that it may change. */
export const behaviour = (surroundings: () => Surroundings): Extension =>
  Extension.create({
    name: 'behaviour',
    addKeyboardShortcuts() {
      const { editor } = this;
      return {
        'Mod-z': () => undo(editor.state, editor.view.dispatch),
        'Mod-Shift-z': () => redo(editor.state, editor.view.dispatch),
        'Mod-y': () => redo(editor.state, editor.view.dispatch),
        Tab: () => nextCell(editor, 1),
        'Shift-Tab': () => nextCell(editor, -1),
      };
    },
    addInputRules() {
      return inputRules(this.editor);
    },
    addProseMirrorPlugins() {
      return [history(), stableIds(surroundings), portions(surroundings), doors(surroundings)];
    },
  });

/** `# `, `- `, `1. `, `> ` and three backticks at the beginning of a line, as people know them. */
function inputRules({ schema }: Editor) {
  const { heading, code_block: code, bullet_list: bullets, ordered_list: numbers, blockquote } = schema.nodes;
  return [
    ...(heading
      ? [
          textblockTypeInputRule({
            find: /^(#{1,6})\s$/,
            type: heading,
            getAttributes: ([, signs = '']: string[]) => ({ level: signs.length }),
          }),
        ]
      : []),
    ...(code ? [textblockTypeInputRule({ find: /^```\s$/, type: code })] : []),
    ...(bullets ? [wrappingInputRule({ find: /^\s*[-*]\s$/, type: bullets })] : []),
    ...(numbers ? [wrappingInputRule({ find: /^\s*(\d+)\.\s$/, type: numbers })] : []),
    ...(blockquote ? [wrappingInputRule({ find: /^\s*>\s$/, type: blockquote })] : []),
  ];
}

/** Each block at the top has an id of its own; what is inside another has neither id nor label, and hands its label up. */
function stableIds(surroundings: () => Surroundings): Plugin {
  return new Plugin({
    appendTransaction: (transactions, _before, state) =>
      transactions.some(({ docChanged }) => docChanged) ? corrected(state, surroundings) : null,
  });
}

function corrected(state: EditorState, surroundings: () => Surroundings): Transaction | null {
  const { tr, doc } = state;
  const used = new Set<unknown>();
  doc.forEach((block, at) => {
    const id: unknown = block.attrs['id'];
    const inner = innerLabels(block);
    const label: unknown = block.attrs['label'] ?? (inner.length > 1 ? surroundings().paperLabel() : inner[0]) ?? null;
    const isFresh = typeof id === 'string' && !used.has(id);
    if (!isFresh || label !== block.attrs['label'])
      tr.setNodeMarkup(at, undefined, { ...block.attrs, id: isFresh ? id : crypto.randomUUID(), label });
    used.add(isFresh ? id : undefined);
    block.descendants((child, offset) => {
      if (!('id' in child.attrs) || (child.attrs['id'] === null && child.attrs['label'] === null)) return;
      tr.setNodeMarkup(at + 1 + offset, undefined, { ...child.attrs, id: null, label: null });
    });
  });
  return tr.docChanged ? tr : null;
}

function innerLabels(block: ModelNode): unknown[] {
  const labels = new Map<string, unknown>();
  block.descendants((child) => {
    const label: unknown = child.attrs['label'];
    if (label !== null && label !== undefined) labels.set(JSON.stringify(label), label);
  });
  return [...labels.values()];
}

/** The marking before each block that has a label of its own. */
function portions(surroundings: () => Surroundings): Plugin {
  return new Plugin({
    props: {
      decorations: ({ doc }) => {
        const marks: Decoration[] = [];
        doc.forEach((block, at) => {
          const label: unknown = block.attrs['label'];
          if (label === null) return;
          marks.push(Decoration.node(at, at + block.nodeSize, { 'data-marking': surroundings().portionOf(label) }));
        });
        return DecorationSet.create(doc, marks);
      },
    },
  });
}

/** What comes from elsewhere goes through the engine; `/` offers blocks, `[[` offers papers. */
function doors(surroundings: () => Surroundings): Plugin {
  return new Plugin({
    props: {
      handleDOMEvents: {
        paste: (_view, event) => {
          if (!event.clipboardData) return false;
          event.preventDefault();
          surroundings().take(event.clipboardData);
          return true;
        },
        drop: (view, event) => {
          if (view.dragging || !event.dataTransfer) return false;
          event.preventDefault();
          surroundings().take(event.dataTransfer);
          return true;
        },
      },
      handleTextInput: (view, from, _to, typed) => {
        const { parent, parentOffset } = view.state.doc.resolve(from);
        if (parent.type.spec.code === true) return false;
        const before = parent.textBetween(Math.max(0, parentOffset - 1), parentOffset, undefined, '\uFFFC');
        if (typed === '[' && before === '[') {
          view.dispatch(view.state.tr.delete(from - 1, from));
          surroundings().openCitation();
          return true;
        }
        if (typed !== '/' || (before !== '' && before.trim() !== '')) return false;
        surroundings().openSlash();
        return true;
      },
    },
  });
}
