import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import { useCommands } from '../../../app/commands.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { ActionLink, Button } from '../../../ui/controls.js';
import { Menu } from '../../../ui/menu.js';
import { Failure } from '../../../ui/states.js';
import type { Paper, Standing } from '../../../worker/knowledge/protocol.js';
import { Export } from '../exporting/Export.js';
import { useMay } from '../may.js';
import { PaperActs } from './acts.js';
import type { PaperAct } from './acts.js';
import styles from './reading.module.css';
import { useEdit } from './usePaper.js';

interface PaperBarProps {
  readonly paper: Paper;
  readonly standing: Standing | undefined;
  readonly isOld: boolean;
  readonly comment: () => void;
}

/** What can be done with the paper; what the reader may not do is not offered. */
export function PaperBar({ paper, standing, isOld, comment }: PaperBarProps) {
  const text = useText();
  const [act, setAct] = useState<PaperAct>();
  const { edit, error } = useEdit(paper.id);
  const mayWrite = useMay('knowledge.write');
  const canWrite = mayWrite && standing !== undefined && standing.access !== 'READ' && !isOld;
  useCommands([
    { id: 'paper.comment', keys: 'r', text: text('comment.new'), run: comment },
    { id: 'paper.print', text: text('paper.print'), run: print },
    ...(canWrite ? [{ id: 'paper.edit', keys: 'e', text: text('paper.edit'), run: edit }] : []),
  ]);
  return (
    <div role="toolbar" aria-label={text('paper.acts')} className={styles['bar']}>
      {canWrite && <Button onPress={edit}>{text('paper.edit')}</Button>}
      {canWrite && <Propose paper={paper} setAct={setAct} />}
      {paper.kind === 'negotiation-brief' && (
        <ActionLink to={`/papers/${paper.id}/brief`}>{text('brief.open')}</ActionLink>
      )}
      {standing && <Shelf paper={paper} standing={standing} />}
      <Export scope={{ documentId: paper.id }} title={paper.title} />
      <More paper={paper} standing={standing} canWrite={canWrite} setAct={setAct} />
      <Failure error={error} />
      {act && standing && (
        <PaperActs
          act={act}
          paper={paper}
          standing={standing}
          onClose={() => {
            setAct(undefined);
          }}
        />
      )}
    </div>
  );
}

function Propose({ paper, setAct }: { readonly paper: Paper; readonly setAct: (act: PaperAct) => void }) {
  const text = useText();
  if (paper.state !== 'DRAFT' && paper.state !== 'FILED') return null;
  return (
    <Button
      onPress={() => {
        setAct('propose');
      }}
    >
      {text('review.propose')}
    </Button>
  );
}

/** Watching and keeping at hand. */
function Shelf({ paper: { id }, standing: { isWatched, isFavourite } }: { paper: Paper; standing: Standing }) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const onSuccess = (): Promise<unknown> =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['paper', id, 'standing'] }),
      client.invalidateQueries({ queryKey: ['knowledge', 'list'] }),
    ]);
  const watch = useMutation({ mutationFn: () => desk.knowledge.watch('DOCUMENT', id, !isWatched), onSuccess });
  const favour = useMutation({ mutationFn: () => desk.knowledge.favourite(id, !isFavourite), onSuccess });
  return (
    <>
      <Button
        manner="quiet"
        aria-pressed={isWatched}
        onPress={() => {
          watch.mutate();
        }}
      >
        {text(isWatched ? 'shelf.watched' : 'shelf.watch')}
      </Button>
      <Button
        manner="quiet"
        aria-pressed={isFavourite}
        onPress={() => {
          favour.mutate();
        }}
      >
        {text(isFavourite ? 'shelf.favourite' : 'shelf.favour')}
      </Button>
    </>
  );
}

interface MoreProps {
  readonly paper: Paper;
  readonly standing: Standing | undefined;
  readonly canWrite: boolean;
  readonly setAct: (act: PaperAct) => void;
}

function More({ paper, standing, canWrite, setAct }: MoreProps) {
  const text = useText();
  const manages = standing?.access === 'MANAGE';
  const acts = [
    'print' as const,
    ...(canWrite ? (['dates', 'acknowledge', 'owner', 'move', 'downgrade'] as const) : []),
    ...(manages && paper.state !== 'SUPERSEDED' ? (['supersede'] as const) : []),
  ];
  return (
    <Menu
      label={text('paper.more')}
      items={acts.map((id) => ({ id, text: text(`act.${id}`) }))}
      onAction={(id) => {
        const chosen = acts.find((act) => act === id);
        if (chosen === 'print') print();
        else if (chosen) setAct(chosen);
      }}
    />
  );
}
