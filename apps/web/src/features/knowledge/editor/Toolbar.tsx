import type { Editor } from '@tiptap/core';
import { redo, undo } from '@tiptap/pm/history';
import { useState } from 'react';
import { Toolbar as AriaToolbar } from 'react-aria-components';

import { useText } from '../../../text/text.js';
import type { TextId } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Button, Field } from '../../../ui/controls.js';
import { Menu } from '../../../ui/menu.js';
import type { PlainLabel } from '../../../worker/knowledge/protocol.js';
import { Act } from '../Act.js';
import { LabelField } from '../LabelField.js';
import styles from './editor.module.css';
import { INSERTIONS } from './inserting.js';
import { insertLink, isAddress, labelBlocks, labelHere } from './insertions.js';
import { changeTable, placeOf } from './tables.js';
import type { TableAct } from './tables.js';

interface ToolbarProps {
  readonly editor: Editor;
  /** What the body is called. */
  readonly name: string;
  /** The paper's. */
  readonly label: PlainLabel;
  /** Returns the mark that calls it. */
  readonly addFootnote: (words: string) => string;
  readonly cite: () => void;
}

const MARKS = [
  { mark: 'strong', sign: 'B' },
  { mark: 'em', sign: 'I' },
  { mark: 'underline', sign: 'U' },
] as const;
const TABLE_ACTS: readonly TableAct[] = ['rowBelow', 'columnAfter', 'rowAway', 'columnAway', 'tableAway'];
type Asking = 'label' | 'footnote' | 'link' | undefined;

/** What can be done to the text; arrows move along it. */
export function Toolbar({ editor, name, label, addFootnote, cite }: ToolbarProps) {
  const text = useText();
  const [asking, ask] = useState<Asking>();
  const close = (): void => {
    ask(undefined);
  };
  const asks = (what: Asking, words: TextId): React.ReactNode => (
    <Button
      manner="quiet"
      onPress={() => {
        ask(what);
      }}
    >
      {text(words)}
    </Button>
  );
  return (
    <AriaToolbar aria-label={text('editor.tools', { name })} className={styles['tools'] ?? ''}>
      <Marks editor={editor} />
      <Menu
        label={text('editor.insert')}
        items={INSERTIONS.map(({ id }) => ({ id, text: text(`block.${id}`) }))}
        onAction={(id) => INSERTIONS.find((one) => one.id === id)?.run(editor)}
      >
        {text('editor.insert')}
      </Menu>
      {placeOf(editor.state.selection.$from) && <TableMenu editor={editor} />}
      <Button manner="quiet" onPress={cite}>
        {text('editor.cite')}
      </Button>
      {asks('link', 'editor.link')}
      {asks('footnote', 'editor.footnote')}
      {asks('label', 'editor.label')}
      <History editor={editor} />
      {asking === 'label' && <BlockLabel editor={editor} label={label} onClose={close} />}
      {asking === 'footnote' && <Footnote editor={editor} addFootnote={addFootnote} onClose={close} />}
      {asking === 'link' && <Link editor={editor} onClose={close} />}
    </AriaToolbar>
  );
}

function Marks({ editor }: { readonly editor: Editor }) {
  const text = useText();
  return MARKS.map(({ mark, sign }) => (
    <Button
      key={mark}
      manner="quiet"
      aria-label={text(`mark.${mark}`)}
      aria-pressed={editor.isActive(mark)}
      onPress={() => {
        editor.chain().focus().toggleMark(mark).run();
      }}
    >
      <span aria-hidden="true" className={styles[mark]}>
        {sign}
      </span>
    </Button>
  ));
}

function History({ editor }: { readonly editor: Editor }) {
  const text = useText();
  return (
    <>
      <Button manner="quiet" aria-label={text('editor.undo')} onPress={() => undo(editor.state, editor.view.dispatch)}>
        <span aria-hidden="true">↶</span>
      </Button>
      <Button manner="quiet" aria-label={text('editor.redo')} onPress={() => redo(editor.state, editor.view.dispatch)}>
        <span aria-hidden="true">↷</span>
      </Button>
    </>
  );
}

function TableMenu({ editor }: { readonly editor: Editor }) {
  const text = useText();
  return (
    <Menu
      label={text('block.table')}
      items={TABLE_ACTS.map((id) => ({ id, text: text(`table.${id}`) }))}
      onAction={(id) => {
        const act = TABLE_ACTS.find((one) => one === id);
        if (act) changeTable(editor, act);
      }}
    >
      {text('block.table')}
    </Menu>
  );
}

interface AskingProps {
  readonly editor: Editor;
  readonly onClose: () => void;
}

/** The label of the paragraphs that are selected. */
function BlockLabel({ editor, label, onClose }: AskingProps & { readonly label: PlainLabel }) {
  const text = useText();
  const [chosen, choose] = useState<PlainLabel>(() => (labelHere(editor) as PlainLabel | null) ?? label);
  const put = (value: PlainLabel | null): Promise<void> => {
    labelBlocks(editor, value);
    return Promise.resolve();
  };
  return (
    <Act title={text('editor.label')} act={text('editor.label.do')} run={() => put(chosen)} onClose={onClose}>
      <p>{text('editor.label.why')}</p>
      <LabelField value={chosen} onChange={choose} />
      {labelHere(editor) !== null && (
        <Button
          onPress={() => {
            void put(null).then(onClose);
          }}
        >
          {text('editor.label.away')}
        </Button>
      )}
    </Act>
  );
}

function Footnote({ editor, addFootnote, onClose }: AskingProps & Pick<ToolbarProps, 'addFootnote'>) {
  const text = useText();
  const [words, setWords] = useState('');
  const run = (): Promise<void> => {
    const mark = addFootnote(words);
    editor.chain().focus().insertContent({ type: 'footnote', attrs: { mark } }).run();
    return Promise.resolve();
  };
  return (
    <Act
      title={text('editor.footnote')}
      act={text('editor.footnote.do')}
      isReady={words.trim() !== ''}
      run={run}
      onClose={onClose}
    >
      <AreaField label={text('editor.footnote.text')} rows={3} value={words} onChange={setWords} />
    </Act>
  );
}

function Link({ editor, onClose }: AskingProps) {
  const text = useText();
  const [address, setAddress] = useState('');
  const isBad = address !== '' && !isAddress(address);
  const run = (): Promise<void> => {
    insertLink(editor, address, address);
    return Promise.resolve();
  };
  return (
    <Act
      title={text('editor.link')}
      act={text('editor.link.do')}
      isReady={isAddress(address)}
      run={run}
      onClose={onClose}
    >
      <Field
        label={text('editor.link.address')}
        value={address}
        onChange={setAddress}
        autoFocus
        error={isBad ? text('editor.link.bad') : undefined}
      />
    </Act>
  );
}
