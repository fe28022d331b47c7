import { Editor } from '@tiptap/core';
import type { JSONContent } from '@tiptap/core';
import { useEffect, useReducer, useRef, useState } from 'react';

import type { BlockDocument } from '#document';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import type { PlainLabel } from '../../../worker/knowledge/protocol.js';
import type { SchemaData } from '../../../worker/writing/protocol.js';
import { behaviour } from './behaviour.js';
import type { Surroundings } from './behaviour.js';
import { Cite } from './Cite.js';
import styles from './editor.module.css';
import { keys, schemaExtensions } from './extensions.js';
import { insertBlocks, insertPlain } from './insertions.js';
import { Slash } from './Slash.js';
import { Toolbar } from './Toolbar.js';

export interface BlockEditorProps {
  readonly schema: SchemaData;
  /** What it begins with; `version` grows where another text takes its place. */
  readonly blocks: BlockDocument;
  readonly version: number;
  /** What the body is called. */
  readonly name: string;
  /** Whether its name stands above it. */
  readonly isHeaded: boolean;
  readonly label: PlainLabel;
  readonly portions: ReadonlyMap<string, string>;
  readonly onChange: (blocks: BlockDocument, editor: Editor) => void;
  /** Something from a paper with this label is to be cited here; false: it must not. */
  readonly mayCite: (editor: Editor, cited: PlainLabel) => Promise<boolean>;
  readonly addFootnote: (words: string) => string;
}

/** Blocks to be written in. */
export function BlockEditor(props: BlockEditorProps) {
  const { version, blocks } = props;
  const text = useText();
  const place = useRef<HTMLDivElement>(null);
  const [open, setOpen] = useState<'slash' | 'cite'>();
  const editor = useEditor(place, props, setOpen);
  useEffect(() => {
    if (editor && version > 0) editor.commands.setContent(editor.schema.nodeFromJSON(blocks));
    // the blocks that come back from one's own typing are not put in again
  }, [version, editor]);
  useEffect(() => {
    if (editor) editor.view.dispatch(editor.state.tr); // what stands before labelled blocks is drawn anew
  }, [props.portions, editor]);
  const close = (): void => {
    setOpen(undefined);
    editor?.commands.focus();
  };
  return (
    <div>
      {props.isHeaded && <h2 className={styles['bodyHead']}>{props.name}</h2>}
      {editor && (
        <Toolbar
          editor={editor}
          name={props.name}
          label={props.label}
          addFootnote={props.addFootnote}
          cite={() => {
            setOpen('cite');
          }}
        />
      )}
      <div ref={place} className={styles['sheet']} />
      <p className={styles['quiet']}>{text('editor.help')}</p>
      {editor && open === 'slash' && (
        <Slash
          editor={editor}
          cite={() => {
            setOpen('cite');
          }}
          onClose={close}
        />
      )}
      {editor && open === 'cite' && <Cite editor={editor} mayCite={props.mayCite} onClose={close} />}
    </div>
  );
}

/** The editor for as long as its place is on the screen. */
function useEditor(
  place: React.RefObject<HTMLDivElement | null>,
  props: BlockEditorProps,
  open: (what: 'slash' | 'cite') => void,
): Editor | undefined {
  const { desk } = useSession();
  const [editor, setEditor] = useState<Editor>();
  const [, draw] = useReducer((count: number) => count + 1, 0);
  const now = useRef(props);
  useEffect(() => {
    now.current = props;
  });
  useEffect(() => {
    if (!place.current) return undefined;
    const surroundings = (): Surroundings => ({
      portionOf: (label) => now.current.portions.get(JSON.stringify(label)) ?? '…',
      paperLabel: () => now.current.label,
      openSlash: () => {
        open('slash');
      },
      openCitation: () => {
        open('cite');
      },
      take: (data) => {
        take(made, data, (html) => desk.writing.pasted(html, 'html').then(({ blocks }) => blocks));
      },
    });
    const made = new Editor({
      element: place.current,
      extensions: [...schemaExtensions(now.current.schema), keys, behaviour(surroundings)],
      content: { ...now.current.blocks, content: [...now.current.blocks.content] } as JSONContent,
      injectCSS: false,
      editorProps: {
        attributes: { role: 'textbox', 'aria-multiline': 'true', 'aria-label': now.current.name, spellcheck: 'true' },
      },
      onUpdate: ({ editor: changed }) => {
        now.current.onChange(changed.getJSON() as unknown as BlockDocument, changed);
      },
      onTransaction: draw,
    });
    setEditor(made);
    return () => {
      setEditor(undefined);
      made.destroy();
    };
    // made once: what changes is read from `now`
  }, []);
  return editor;
}

/** HTML goes through the engine's own reader, which keeps what people read and nothing else. */
function take(editor: Editor, data: DataTransfer, read: (html: string) => Promise<BlockDocument>): void {
  const html = data.getData('text/html');
  const plain = data.getData('text/plain');
  if (editor.isActive('code_block') || html === '') {
    if (plain !== '') insertPlain(editor, plain);
    return;
  }
  read(html).then(
    (blocks) => {
      if (blocks.content.length > 0) insertBlocks(editor, blocks);
    },
    () => {
      insertPlain(editor, plain); // too large or too deep for blocks: its words are not lost
    },
  );
}
