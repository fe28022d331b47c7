import type { Editor } from '@tiptap/core';
import { Fragment, Slice } from '@tiptap/pm/model';

import type { BlockDocument } from '#document';

/** Puts blocks of the schema where the cursor is; the first and the last run into the text around them. */
export function insertBlocks(editor: Editor, { content }: BlockDocument): void {
  const { schema, tr } = editor.state;
  const nodes = content.map((block) => schema.nodeFromJSON(block));
  const isText = (node: (typeof nodes)[number] | undefined): number => (node?.type.name === 'paragraph' ? 1 : 0);
  const slice = new Slice(Fragment.from(nodes), isText(nodes[0]), isText(nodes.at(-1)));
  editor.view.dispatch(tr.replaceSelection(slice).scrollIntoView());
}

/** Plain text: an empty line parts paragraphs, the end of a line is one. */
export function insertPlain(editor: Editor, plain: string): void {
  const paragraphs = plain
    .replaceAll(/\r\n?/gu, '\n')
    .split(/\n(?:[^\S\n]*\n)+/u)
    .map((lines) => ({ type: 'paragraph', content: lines.split('\n').flatMap(lineJson) }));
  insertBlocks(editor, { type: 'doc', content: paragraphs as unknown as BlockDocument['content'] });
}

function lineJson(line: string, index: number): object[] {
  const text = line.replaceAll(/\t/gu, ' ');
  return [...(index === 0 ? [] : [{ type: 'hard_break' }]), ...(text === '' ? [] : [{ type: 'text', text }])];
}

/** The label of the block in which the cursor is; null without one of its own. */
export function labelHere(editor: Editor): unknown {
  const { $from } = editor.state.selection;
  return $from.depth > 0 ? ($from.node(1).attrs['label'] as unknown) : null;
}

/** Marks every block that the selection touches. */
export function labelBlocks(editor: Editor, label: object | null): void {
  const { tr, doc, selection } = editor.state;
  doc.forEach((block, at) => {
    const isTouched = at < selection.to + 1 && at + block.nodeSize > selection.from;
    if (isTouched) tr.setNodeMarkup(at, undefined, { ...block.attrs, label });
  });
  editor.view.dispatch(tr);
}

/** The labels of the blocks, each once. */
export function labelsIn(editor: Editor): object[] {
  const labels = new Map<string, object>();
  editor.state.doc.forEach(({ attrs }) => {
    const label: unknown = attrs['label'];
    if (typeof label === 'object' && label !== null) labels.set(JSON.stringify(label), label);
  });
  return [...labels.values()];
}

const ADDRESS = /^(?:https?:\/\/|mailto:)[^\s<>"]+$/i;
export const isAddress = (typed: string): boolean => ADDRESS.test(typed);

/** A link over what is selected, or over words of its own. */
export function insertLink(editor: Editor, href: string, words: string): void {
  const { empty } = editor.state.selection;
  const marks = [{ type: 'link', attrs: { href } }];
  if (empty)
    editor
      .chain()
      .focus()
      .insertContent([
        { type: 'text', text: words, marks },
        { type: 'text', text: ' ' },
      ])
      .run();
  else editor.chain().focus().setMark('link', { href }).run();
}
