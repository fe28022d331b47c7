import type { Editor } from '@tiptap/core';

import { insertTable } from './tables.js';

/** Blocks that can be made of the one with the cursor, or put after it. */
export const INSERTIONS = [
  { id: 'paragraph', run: (editor: Editor) => editor.chain().focus().setNode('paragraph').run() },
  { id: 'heading1', run: (editor: Editor) => heading(editor, 1) },
  { id: 'heading2', run: (editor: Editor) => heading(editor, 2) },
  { id: 'heading3', run: (editor: Editor) => heading(editor, 3) },
  { id: 'bullets', run: (editor: Editor) => editor.chain().focus().toggleList('bullet_list', 'list_item').run() },
  { id: 'numbers', run: (editor: Editor) => editor.chain().focus().toggleList('ordered_list', 'list_item').run() },
  { id: 'quote', run: (editor: Editor) => editor.chain().focus().toggleWrap('blockquote').run() },
  { id: 'code', run: (editor: Editor) => editor.chain().focus().toggleNode('code_block', 'paragraph').run() },
  {
    id: 'table',
    run: (editor: Editor) => {
      insertTable(editor);
      return true;
    },
  },
  { id: 'rule', run: (editor: Editor) => editor.chain().focus().insertContent({ type: 'horizontal_rule' }).run() },
] as const;

const heading = (editor: Editor, level: number): boolean =>
  editor.chain().focus().toggleNode('heading', 'paragraph', { level }).run();
