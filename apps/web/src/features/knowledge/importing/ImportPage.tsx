import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { DropZone, FileTrigger } from 'react-aria-components';
import { useLocation, useSearch } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { Button, Notice } from '../../../ui/controls.js';
import { ContentMarking } from '../../../ui/marking.js';
import { Progress } from '../../../ui/progress.js';
import { Failure } from '../../../ui/states.js';
import { Table } from '../../../ui/table.js';
import type { Imported, ImportState, NewImport } from '../../../worker/filing/protocol.js';
import { useCollections } from '../home/CollectionTree.js';
import { dropped, picked } from './files.js';
import styles from './importing.module.css';
import { useReasonText } from './reasons.js';

type Files = NewImport['files'];
const IMPORT = ['filing', 'import'] as const;
const POLL_MS = 500;
/** So many missing files are named. */
const LISTED = 200;

/** Files become papers: what was dropped, where it goes, what became of each; also of the last time, where that was interrupted. */
export function ImportPage() {
  const { desk } = useSession();
  const text = useText();
  const { data: collections = [] } = useCollections();
  const last = useLastImport();
  const into = new URLSearchParams(useSearch()).get('into') ?? undefined;
  const [chosen, setCollection] = useState(into);
  const [files, setFiles] = useState<Files>([]);
  const collectionId = chosen ?? last.state?.collectionId;
  const goesOn = last.state !== undefined && isOpen(last.state) && last.state.collectionId === collectionId;
  const begin = useMutation({
    mutationFn: async (collection: string) => {
      const id = goesOn && last.state ? last.state.id : crypto.randomUUID();
      await desk.filing.beginImport({ id, collectionId: collection, files });
    },
    onSuccess: last.look,
  });
  const writable = collections.filter(({ access }) => access !== 'READ');
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
      <Drop take={setFiles} />
      {files.length > 0 && <p role="status">{text('import.chosen', { count: files.length })}</p>}
      <Button
        manner="main"
        isDisabled={files.length === 0 || collectionId === undefined || last.state?.isRunning === true}
        isBusy={begin.isPending}
        onPress={() => {
          if (collectionId !== undefined) begin.mutate(collectionId);
        }}
      >
        {text(goesOn ? 'import.again' : 'import.do')}
      </Button>
      <Failure error={begin.error ?? last.error} />
      {last.state && <LastImport state={last.state} onForgotten={last.look} />}
    </main>
  );
}

/** Whether there are files of it that nothing has become of. */
const isOpen = ({ isRunning, missing }: ImportState): boolean => !isRunning && missing.length > 0;

/** The import under way, or the last one. */
function useLastImport() {
  const { desk } = useSession();
  const client = useQueryClient();
  const { data, error } = useQuery({
    queryKey: IMPORT,
    queryFn: async () => {
      const now = (await desk.filing.lastImport()) ?? null;
      if (now?.isRunning === false) void client.invalidateQueries({ queryKey: ['knowledge', 'collections'] });
      return now;
    },
    refetchInterval: ({ state }) => (state.data?.isRunning === true ? POLL_MS : false),
    staleTime: 0,
  });
  const look = () => client.invalidateQueries({ queryKey: IMPORT });
  return { state: data ?? undefined, error, look };
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

function LastImport({
  state,
  onForgotten,
}: {
  readonly state: ImportState;
  readonly onForgotten: () => Promise<void>;
}) {
  const { desk } = useSession();
  const text = useText();
  const { isRunning, done, total, trouble, missing } = state;
  const forget = useMutation({ mutationFn: () => desk.filing.forgetImport(), onSuccess: onForgotten });
  return (
    <>
      <Progress label={text(isRunning ? 'import.running' : 'import.done')} done={done} total={total} />
      {isRunning && <Button onPress={() => void desk.filing.cancelImport()}>{text('import.cancel')}</Button>}
      {trouble !== null && <Notice>{text('import.stopped')}</Notice>}
      {isOpen(state) && (
        <>
          <p role="status">{text('import.interrupted', { done, total })}</p>
          <details>
            <summary>{text('import.missing', { count: missing.length })}</summary>
            <ul>
              {missing.slice(0, LISTED).map((path) => (
                <li key={path}>
                  <bdi>{path}</bdi>
                </li>
              ))}
            </ul>
          </details>
        </>
      )}
      <Outcomes state={state} />
      {!isRunning && (
        <Button
          isBusy={forget.isPending}
          onPress={() => {
            forget.mutate();
          }}
        >
          {text('import.forget')}
        </Button>
      )}
      <Failure error={forget.error} />
    </>
  );
}

/** Enter or a press on a row opens the paper that was made of the file. */
function Outcomes({ state: { outcomes } }: { readonly state: ImportState }) {
  const text = useText();
  const say = useReasonText();
  const [, go] = useLocation();
  // all papers of one volume have its path
  const rows = outcomes.map((one, at) => ({ ...one, id: String(at) }));
  const cell = ({ path, outcome, documentId, title, marking, reasons }: Imported, column: string): React.ReactNode => {
    if (column === 'path') return <bdi>{path}</bdi>;
    if (column === 'outcome') return text(`outcome.${outcome}`);
    if (column === 'reason') return reasons.map(say).join(' ');
    return (
      documentId !== null && (
        <>
          {marking !== null && <ContentMarking text={marking} />} <bdi>{title}</bdi>
        </>
      )
    );
  };
  return (
    <Table
      label={text('import.outcomes')}
      columns={(['path', 'outcome', 'paper', 'reason'] as const).map((id) => ({ id, text: text(`column.${id}`) }))}
      rows={rows}
      rowId={({ id }) => id}
      cell={cell}
      onOpen={({ documentId }) => {
        if (documentId !== null) go(`/papers/${documentId}`);
      }}
      empty={null}
    />
  );
}
