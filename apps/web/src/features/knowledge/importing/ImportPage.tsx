import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { DropZone, FileTrigger } from 'react-aria-components';
import { useLocation, useSearch } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { Button, Notice } from '../../../ui/controls.js';
import { Banner, Marking } from '../../../ui/marking.js';
import { Progress } from '../../../ui/progress.js';
import { Failure } from '../../../ui/states.js';
import { Table } from '../../../ui/table.js';
import type { Imported, ImportState, NewImport } from '../../../worker/filing/protocol.js';
import { useCollections } from '../home/CollectionTree.js';
import { dropped, picked } from './files.js';
import styles from './importing.module.css';

type Files = NewImport['files'];
const POLL_MS = 500;

/** Files become papers: what was dropped, where it goes, what became of each. */
export function ImportPage() {
  const { desk } = useSession();
  const text = useText();
  const { data: collections = [] } = useCollections();
  const into = new URLSearchParams(useSearch()).get('into') ?? undefined;
  const [collectionId, setCollection] = useState(into);
  const [files, setFiles] = useState<Files>([]);
  const [id, setId] = useState<string>();
  const [error, setError] = useState<unknown>();
  const writable = collections.filter(({ access }) => access !== 'READ');
  const begin = (): void => {
    if (collectionId === undefined) return;
    const next = crypto.randomUUID();
    desk.filing.beginImport({ id: next, collectionId, files }).then(() => {
      setId(next);
    }, setError);
  };
  return (
    <main className={styles['import']}>
      <h1>{text('import.title')}</h1>
      <p className={styles['quiet']}>{text('import.formats')}</p>
      <Choice
        label={text('import.into')}
        description={text('import.label')}
        value={collectionId}
        options={writable.map(({ id: one, name, defaultLabel }) => ({
          id: one,
          text: `${name} · ${defaultLabel.marking}`,
        }))}
        onChange={setCollection}
      />
      <Drop
        take={(taken) => {
          setFiles(taken);
          setId(undefined);
        }}
      />
      {files.length > 0 && <p role="status">{text('import.chosen', { count: files.length })}</p>}
      <Button manner="main" isDisabled={files.length === 0 || collectionId === undefined} onPress={begin}>
        {text(id === undefined ? 'import.do' : 'import.again')}
      </Button>
      <Failure error={error} />
      {id !== undefined && <Running id={id} />}
    </main>
  );
}

function Drop({ take }: { readonly take: (files: Files) => void }) {
  const text = useText();
  return (
    <DropZone
      aria-label={text('import.drop')}
      className={styles['drop'] ?? ''}
      onDrop={({ items }) => {
        void dropped(items).then(take);
      }}
    >
      <p>{text('import.drop')}</p>
      <FileTrigger
        allowsMultiple
        onSelect={(list) => {
          take(picked(list));
        }}
      >
        <Button>{text('import.files')}</Button>
      </FileTrigger>
      <FileTrigger
        acceptDirectory
        onSelect={(list) => {
          take(picked(list));
        }}
      >
        <Button>{text('import.folder')}</Button>
      </FileTrigger>
    </DropZone>
  );
}

function Running({ id }: { readonly id: string }) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const { data: state } = useQuery({
    queryKey: ['filing', 'import', id],
    queryFn: async () => {
      const now = (await desk.filing.importState(id)) ?? null;
      if (now?.isRunning === false) void client.invalidateQueries({ queryKey: ['knowledge', 'collections'] });
      return now;
    },
    refetchInterval: ({ state: { data } }) => (data?.isRunning === false ? false : POLL_MS),
  });
  if (!state) return null;
  return (
    <>
      <Progress
        label={text(state.isRunning ? 'import.running' : 'import.done')}
        done={state.done}
        total={state.total}
      />
      {state.isRunning && <Button onPress={() => void desk.filing.cancelImport(id)}>{text('import.cancel')}</Button>}
      {state.trouble !== null && <Notice>{text('import.stopped')}</Notice>}
      <Outcomes state={state} />
    </>
  );
}

/** Enter or a press on a row opens the paper that was made of the file. */
function Outcomes({ state: { outcomes } }: { readonly state: ImportState }) {
  const text = useText();
  const [, go] = useLocation();
  const cell = ({ path, outcome, documentId, title, marking, reasons }: Imported, column: string): React.ReactNode => {
    if (column === 'path') return <bdi>{path}</bdi>;
    if (column === 'outcome') return text(`outcome.${outcome}`);
    if (column === 'reason') return <bdi>{reasons.join('; ')}</bdi>;
    return (
      documentId !== null && (
        <>
          {marking !== null && <Marking text={marking} />} <bdi>{title}</bdi>
        </>
      )
    );
  };
  return (
    <>
      {outcomes.map(({ path, marking }) => marking !== null && <Banner key={path} text={marking} />)}
      <Table
        label={text('import.outcomes')}
        columns={(['path', 'outcome', 'paper', 'reason'] as const).map((id) => ({ id, text: text(`column.${id}`) }))}
        rows={outcomes}
        rowId={({ path }) => path}
        cell={cell}
        onOpen={({ documentId }) => {
          if (documentId !== null) go(`/papers/${documentId}`);
        }}
        empty={null}
      />
    </>
  );
}
