import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { Link } from 'wouter';

import type { MessageHit } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button, Field } from '../../ui/controls.js';
import { DayField } from '../../ui/day.js';
import { ContentMarking } from '../../ui/marking.js';
import { Empty, Failure, Skeleton } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import styles from './Find.module.css';
import { Highlighted } from './Highlighted.js';

const LISTED = 500;
const ANY = 'any';

interface Asked {
  readonly words: string;
  readonly person: string;
  readonly conversation: string;
  readonly after: string;
  readonly before: string;
}

const NOTHING: Asked = { words: '', person: ANY, conversation: ANY, after: '', before: '' };
/** Where the search was left, for this window only: what people look for is no part of an address, and is stored nowhere. */
let left: Asked = NOTHING;

/** Where was it said? On this device alone: the server learns nothing of it. */
export function FindMessages() {
  const text = useText();
  const [asked, setAsked] = useState(left);
  const [sought, setSought] = useState(left);
  const change = (changes: Partial<Asked>): void => {
    setAsked({ ...asked, ...changes });
  };
  return (
    <section className={styles['page']} aria-label={text('find.title')}>
      <h2>{text('find.title')}</h2>
      <Form
        role="search"
        className={styles['form'] ?? ''}
        onSubmit={(event) => {
          event.preventDefault();
          left = asked;
          setSought(asked);
        }}
      >
        <Field
          label={text('find.words')}
          description={text('find.how')}
          value={asked.words}
          autoComplete="off"
          autoFocus
          dir="auto"
          onChange={(words) => {
            change({ words });
          }}
        />
        <Filters asked={asked} onChange={change} />
        <Button type="submit" manner="main">
          {text('find.do')}
        </Button>
      </Form>
      {sought !== NOTHING && <Hits query={queryOf(sought)} />}
    </section>
  );
}

function Filters({ asked, onChange }: { readonly asked: Asked; readonly onChange: (changes: Partial<Asked>) => void }) {
  const { desk } = useSession();
  const text = useText();
  const { data: conversations = [] } = useQuery({
    queryKey: ['conversations', 'summaries', LISTED],
    queryFn: () => desk.correspondence.summaries(LISTED),
  });
  const { data: people = [] } = useQuery({ queryKey: ['people', 'all'], queryFn: () => desk.trust.people() });
  const any = { id: ANY, text: text('find.any') };
  return (
    <div className={styles['filters']}>
      <Choice
        label={text('find.person')}
        value={asked.person}
        options={[any, ...people.map(({ id, name }) => ({ id, text: name }))]}
        onChange={(person) => {
          onChange({ person });
        }}
      />
      <Choice
        label={text('find.conversation')}
        value={asked.conversation}
        options={[any, ...conversations.map(({ id, name }) => ({ id, text: name || text('conversation.unnamed') }))]}
        onChange={(conversation) => {
          onChange({ conversation });
        }}
      />
      <DayField
        label={text('find.after')}
        value={asked.after}
        onChange={(after) => {
          onChange({ after });
        }}
      />
      <DayField
        label={text('find.before')}
        value={asked.before}
        onChange={(before) => {
          onChange({ before });
        }}
      />
    </div>
  );
}

/** In the words of the client's search. */
function queryOf({ words, person, conversation, after, before }: Asked): string {
  return [
    words,
    ...(person === ANY ? [] : [`from:${person}`]),
    ...(conversation === ANY ? [] : [`in:${conversation}`]),
    ...(after === '' ? [] : [`after:${after}`]),
    ...(before === '' ? [] : [`before:${before}`]),
  ].join(' ');
}

function Hits({ query }: { readonly query: string }) {
  const { desk } = useSession();
  const text = useText();
  const { data, error, isPending, hasNextPage, fetchNextPage } = useInfiniteQuery({
    queryKey: ['messages', 'found', query],
    queryFn: ({ pageParam: before }) => desk.correspondence.find(query, before === undefined ? {} : { before }),
    initialPageParam: undefined as string | undefined,
    getNextPageParam: ({ before }) => before,
    staleTime: 0,
    gcTime: 0,
  });
  const hits = (data?.pages ?? []).flatMap((page) => page.hits);
  const waiting = data?.pages[0]?.waiting ?? 0;
  return (
    <>
      <Failure error={error} />
      {isPending && <Skeleton rows={5} />}
      <p role="status" className={styles['quiet']}>
        {data && text(hasNextPage ? 'find.atLeast' : 'find.count', { count: hits.length })}
        {waiting > 0 && ` ${text('find.waiting', { count: waiting })}`}
      </p>
      {data && hits.length === 0 && <Empty title={text('find.none')} />}
      <ol className={styles['rows']}>
        {hits.map((hit) => (
          <Hit key={`${hit.message.conversationId} ${hit.message.id}`} hit={hit} />
        ))}
      </ol>
      {hasNextPage && <Button onPress={() => void fetchNextPage()}>{text('ui.more')}</Button>}
    </>
  );
}

function Hit({ hit: { message, conversationName, passage } }: { readonly hit: MessageHit }) {
  const text = useText();
  const { conversationId, seq, senderName, marking, sentAt } = message;
  return (
    <li className={styles['hit']}>
      <p className={styles['byline']}>
        <bdi className={styles['name']}>{senderName}</bdi>
        <ContentMarking text={marking} />
        <When time={sentAt} />
      </p>
      <Link to={`/conversations/${conversationId}?at=${String(seq ?? '')}`} className={styles['passage']}>
        <Highlighted passage={passage} />
      </Link>
      <p className={styles['quiet']}>
        <bdi>{conversationName || text('conversation.unnamed')}</bdi>
      </p>
    </li>
  );
}
