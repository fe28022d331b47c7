import type { Editor } from '@tiptap/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ListBox, ListBoxItem } from 'react-aria-components';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Dialog } from '../../../ui/dialog.js';
import lists from '../../../ui/lists.module.css';
import { ContentMarking } from '../../../ui/marking.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Paper, PlainLabel } from '../../../worker/knowledge/protocol.js';
import { PaperField } from '../PaperField.js';
import { plainLabel } from '../plainLabel.js';
import { textOf } from '../textOf.js';
import styles from './editor.module.css';
import { insertLink } from './insertions.js';

interface CiteProps {
  readonly editor: Editor;
  readonly mayCite: (editor: Editor, cited: PlainLabel) => Promise<boolean>;
  readonly onClose: () => void;
}

/** A paper is found, then the paragraph of it that is cited. */
export function Cite({ editor, mayCite, onClose }: CiteProps) {
  const text = useText();
  const [paperId, choose] = useState<string>();
  return (
    <Dialog isOpen title={text('editor.cite')} onClose={onClose}>
      {paperId === undefined ? (
        <PaperField
          label={text('cite.find')}
          choose={({ document }) => {
            choose(document.id);
          }}
        />
      ) : (
        <Paragraphs paperId={paperId} editor={editor} mayCite={mayCite} onClose={onClose} />
      )}
    </Dialog>
  );
}

function Paragraphs({ paperId, editor, mayCite, onClose }: CiteProps & { readonly paperId: string }) {
  const { desk } = useSession();
  const text = useText();
  const { data: paper, error } = useQuery({
    queryKey: ['paper', paperId, undefined],
    queryFn: () => desk.knowledge.paper(paperId),
    staleTime: 0,
  });
  if (error) return <Failure error={error} />;
  if (!paper) return <Skeleton rows={4} />;
  const blocks = paper.body.content.filter((block) => textOf(block) !== '');
  const cite = async (block: (typeof blocks)[number] | undefined): Promise<void> => {
    onClose();
    if (block && !(await mayCite(editor, plainLabel(block.attrs.label ?? paper.label)))) return;
    insertLink(editor, addressOf(paper, block?.attrs.id), paper.title);
  };
  return (
    <div className={styles['cite']}>
      <p>
        <ContentMarking text={paper.label.marking} /> <bdi>{paper.title}</bdi>
      </p>
      <ListBox
        aria-label={text('cite.paragraph')}
        autoFocus
        className={styles['paragraphs'] ?? ''}
        items={blocks.map((block) => ({ id: block.attrs.id, block }))}
        onAction={(id) => void cite(blocks.find(({ attrs }) => attrs.id === id))}
      >
        {({ block }) => (
          <ListBoxItem textValue={textOf(block)} className={lists['item'] ?? ''}>
            <span dir="auto">{textOf(block).slice(0, 240)}</span>
          </ListBoxItem>
        )}
      </ListBox>
      <Button onPress={() => void cite(undefined)}>{text('cite.whole')}</Button>
    </div>
  );
}

/** The version that was read is the one that is cited. */
const addressOf = ({ id, version }: Paper, blockId: string | undefined): string =>
  blockId === undefined ? `chancery:document/${id}` : `chancery:document/${id}/${String(version.number)}#${blockId}`;
