import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { failureOf } from '../../../app/failure.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { ActionLink, Button, Notice } from '../../../ui/controls.js';
import { ContentMarking, Marking } from '../../../ui/marking.js';
import { Empty, Failure, Skeleton } from '../../../ui/states.js';
import { Table } from '../../../ui/table.js';
import { Tabs } from '../../../ui/tabs.js';
import type { Collection, Head } from '../../../worker/knowledge/protocol.js';
import { NewPaper } from '../editor/NewPaper.js';
import { Export } from '../exporting/Export.js';
import { useCollections } from '../home/CollectionTree.js';
import { EMPTY_ASKED, writeAsked } from '../search/asked.js';
import { useMay } from '../may.js';
import { useNames } from '../words.js';
import { ChangeCollection } from './ChangeCollection.js';
import styles from './collections.module.css';
import { Rights } from './Rights.js';

/** One collection: its papers, and who may do what there. */
export function CollectionPage({ id }: { readonly id: string }) {
  const text = useText();
  const { data, error, refetch } = useCollections();
  const collection = data?.find((one) => one.id === id);
  const failure = failureOf({ data, error });
  if (failure) return <Failure error={failure} retry={() => void refetch()} />;
  if (!data) return <Skeleton rows={6} />;
  return (
    <main className={styles['page']}>
      {collection ? <Opened collection={collection} /> : <Notice>{text('collection.missing')}</Notice>}
    </main>
  );
}

function Opened({ collection }: { readonly collection: Collection }) {
  const { id, name, description, access, documentCount, defaultLabel } = collection;
  const text = useText();
  const [isWriting, setWriting] = useState(false);
  const canWrite = useMay('knowledge.write') && access !== 'READ';
  const papers = <Papers collectionId={id} />;
  const rights = { id: 'rights', text: text('rights.title'), content: <Rights collectionId={id} /> };
  return (
    <>
      <header className={styles['head']}>
        <h1 dir="auto">{name}</h1>
        <Marking text={defaultLabel.marking} />
        <span className={styles['quiet']}>{text(`access.${access}`)}</span>
        {access === 'MANAGE' && <ChangeCollection collection={collection} />}
      </header>
      {description !== '' && <p dir="auto">{description}</p>}
      <div className={styles['row']}>
        <ActionLink to={`/knowledge/search${writeAsked({ ...EMPTY_ASKED, collection: id })}`}>
          {text('collection.search')}
        </ActionLink>
        {canWrite && <ActionLink to={`/knowledge/import?into=${id}`}>{text('import.title')}</ActionLink>}
        <Watching id={id} />
        <Export scope={{ collectionId: id, name, count: documentCount }} title={name} />
        {canWrite && (
          <Button
            manner="main"
            onPress={() => {
              setWriting(true);
            }}
          >
            {text('paper.new')}
          </Button>
        )}
      </div>
      {access === 'MANAGE' ? (
        <Tabs label={name} tabs={[{ id: 'papers', text: text('collection.papers'), content: papers }, rights]} />
      ) : (
        papers
      )}
      {isWriting && (
        <NewPaper
          collectionId={id}
          onClose={() => {
            setWriting(false);
          }}
        />
      )}
    </>
  );
}

function Watching({ id }: { readonly id: string }) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const key = ['knowledge', 'watching', id];
  const { data: isWatched } = useQuery({
    queryKey: key,
    queryFn: async () => (await desk.knowledge.watchedCollections()).includes(id),
    staleTime: 0,
  });
  const watch = useMutation({
    mutationFn: () => desk.knowledge.watch('COLLECTION', id, isWatched !== true),
    onSuccess: () => client.invalidateQueries({ queryKey: key }),
  });
  return (
    <Button
      manner="quiet"
      aria-pressed={isWatched === true}
      onPress={() => {
        watch.mutate();
      }}
    >
      {text(isWatched === true ? 'shelf.watched' : 'shelf.watch')}
    </Button>
  );
}

function Papers({ collectionId }: { readonly collectionId: string }) {
  const { desk } = useSession();
  const text = useText();
  const names = useNames();
  const [, go] = useLocation();
  const answer = useInfiniteQuery({
    queryKey: ['knowledge', 'documents', collectionId],
    queryFn: ({ pageParam }) => desk.knowledge.documents(collectionId, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  const rows = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  const failure = failureOf(answer);
  if (failure) return <Failure error={failure} retry={() => void answer.refetch()} />;
  if (!answer.data) return <Skeleton rows={4} />;
  const cell = (paper: Head, column: string): React.ReactNode => {
    if (column === 'title') return <bdi>{paper.title}</bdi>;
    if (column === 'label') return <ContentMarking text={paper.label.marking} />;
    return column === 'kind' ? names.kind(paper.kind) : names.state(paper.state);
  };
  return (
    <Table
      label={text('collection.papers')}
      columns={(['title', 'label', 'kind', 'state'] as const).map((id) => ({ id, text: text(`column.${id}`) }))}
      rows={rows}
      rowId={({ id }) => id}
      cell={cell}
      onOpen={({ id }) => {
        go(`/papers/${id}`);
      }}
      more={answer.hasNextPage ? () => void answer.fetchNextPage() : undefined}
      empty={<Empty title={text('collection.empty')} />}
    />
  );
}
