import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation, useSearch } from 'wouter';

import { failureOf } from '../../../app/failure.js';
import { usePlaceKept } from '../../../app/places.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Empty, Failure, Skeleton } from '../../../ui/states.js';
import type { SearchPage } from '../../../worker/knowledge/protocol.js';
import { asSearch, isAsked, readAsked, writeAsked } from './asked.js';
import type { Asked } from './asked.js';
import { Hits } from './Hits.js';
import { Chips, Narrowing } from './Narrowing.js';
import { Question } from './Question.js';
import type { AskedProps } from './Question.js';
import { SaveSearch } from './SaveSearch.js';
import styles from './search.module.css';

const PAGE = 20;

/** Where is the answer? What is asked stands in the address, so that it can be kept, and gone back to. */
export function Search() {
  const text = useText();
  const [, go] = useLocation();
  const search = useSearch();
  const asked = readAsked(search);
  const place = usePlaceKept(`search ${search}`);
  const ask = (next: Asked): void => {
    go(`/knowledge/search${writeAsked(next)}`);
  };
  return (
    <main ref={place} className={styles['search']}>
      <h1>{text('search.title')}</h1>
      <Question key={asked.query} asked={asked} ask={ask} />
      <Chips asked={asked} ask={ask} />
      {isAsked(asked) && <Answer asked={asked} ask={ask} />}
    </main>
  );
}

function useAnswer(asked: Asked) {
  const { desk } = useSession();
  return useInfiniteQuery({
    queryKey: ['search', asked],
    queryFn: ({ pageParam: after }) =>
      desk.knowledge.search({ ...asSearch(asked), first: PAGE, ...(after !== null && { after }) }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ endCursor }) => endCursor,
    staleTime: 0,
  });
}

function Answer({ asked, ask }: AskedProps) {
  const text = useText();
  const answer = useAnswer(asked);
  const first = answer.data?.pages[0];
  const failure = failureOf(answer);
  if (failure) return <Failure error={failure} retry={() => void answer.refetch()} />;
  if (!first) return <Skeleton rows={6} />;
  const hits = answer.data?.pages.flatMap((page) => page.hits) ?? [];
  return (
    <div className={styles['answer']}>
      <Narrowing asked={asked} ask={ask} facets={first.facets} />
      <section aria-label={text('search.answer')} className={styles['found']}>
        <div className={styles['status']}>
          <p role="status" className={styles['quiet']}>
            <Total page={first} />
          </p>
          <Saving asked={asked} />
        </div>
        {first.didYouMean !== null && (
          <Meant
            query={first.didYouMean}
            ask={(query) => {
              ask({ ...asked, query });
            }}
          />
        )}
        {hits.length === 0 && <Empty title={text('search.none')}>{text('search.none.help')}</Empty>}
        {hits.length > 0 && <Hits hits={hits} marking={answer.data?.pages.map(({ marking }) => marking) ?? []} />}
        {answer.hasNextPage && <Button onPress={() => void answer.fetchNextPage()}>{text('search.more')}</Button>}
      </section>
    </div>
  );
}

function Saving({ asked }: { readonly asked: Asked }) {
  const text = useText();
  const [isSaving, setSaving] = useState(false);
  return (
    <>
      <Button
        manner="quiet"
        onPress={() => {
          setSaving(true);
        }}
      >
        {text('search.keep')}
      </Button>
      {isSaving && (
        <SaveSearch
          asked={asked}
          onClose={() => {
            setSaving(false);
          }}
        />
      )}
    </>
  );
}

function Total({ page: { total, totalIsExact } }: { readonly page: SearchPage }) {
  const text = useText();
  const papers = text('search.total', { count: total });
  return <>{totalIsExact ? papers : text('search.atLeast', { total: papers })}</>;
}

function Meant({ query, ask }: { readonly query: string; readonly ask: (query: string) => void }) {
  const text = useText();
  return (
    <Button
      onPress={() => {
        ask(query);
      }}
    >
      {text('search.meant', { query })}
    </Button>
  );
}
