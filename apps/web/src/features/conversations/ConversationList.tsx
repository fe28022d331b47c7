import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useEffect, useRef, useState } from 'react';
import { GridList, GridListItem, ListLayout, Virtualizer } from 'react-aria-components';
import { Link, useLocation } from 'wouter';

import type { ConversationSummary } from '#client';

import { useCommands } from '../../app/commands.js';
import { useLook } from '../../app/look.js';
import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { ContentMarking } from '../../ui/marking.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import styles from './List.module.css';
import { NoticesOffer } from './NoticesOffer.js';

/** So many more at a time. */
const PAGE = 200;
/** Pixels: a row, as tokens.css says, and what stands between two. */
const ROW_HEIGHT = { roomy: 56 + 2, dense: 40 + 2 };

interface ListProps {
  readonly chosen: string | undefined;
  readonly screen: 'new' | 'search' | 'outbox' | undefined;
}

/** What needs me now: unread and not acknowledged first, by precedence, then by time. */
export function ConversationList({ chosen, screen }: ListProps) {
  const text = useText();
  const { conversations, error, isLoading, more } = useSummaries();
  const list = useRef<HTMLDivElement>(null);
  useListKeys(conversations, chosen, list);
  return (
    <nav className={styles['side']} aria-label={text('conversations.title')}>
      <header className={styles['head']}>
        <h1>{text('conversations.title')}</h1>
        <Places screen={screen} />
      </header>
      <NoticesOffer />
      <Failure error={error} />
      {isLoading ? (
        <Skeleton rows={6} />
      ) : (
        <div ref={list} className={styles['scroll']} onScroll={more}>
          <Rows conversations={conversations} chosen={chosen} />
        </div>
      )}
    </nav>
  );
}

function Places({ screen }: Pick<ListProps, 'screen'>) {
  const text = useText();
  const { desk } = useSession();
  const { data: waiting = [] } = useQuery({
    queryKey: ['conversations', 'outbox'],
    queryFn: () => desk.correspondence.waiting(),
  });
  const current = (name: string) => (screen === name ? 'page' : undefined);
  return (
    <div className={styles['places']}>
      <Link to="/conversations/new" className={styles['new']} aria-current={current('new')}>
        {text('conversations.new')}
      </Link>
      <Link to="/conversations/search" aria-current={current('search')}>
        {text('conversations.search')}
      </Link>
      {(waiting.length > 0 || screen === 'outbox') && (
        <Link to="/conversations/outbox" aria-current={current('outbox')}>
          {text('conversations.outbox', { count: waiting.length })}
        </Link>
      )}
    </div>
  );
}

function Rows({
  conversations,
  chosen,
}: {
  readonly conversations: readonly ConversationSummary[];
  readonly chosen: string | undefined;
}) {
  const text = useText();
  const [, go] = useLocation();
  const rowSize = ROW_HEIGHT[useLook('rows')];
  return (
    <Virtualizer layout={ListLayout} layoutOptions={{ rowSize }}>
      <GridList
        aria-label={text('conversations.title')}
        items={conversations}
        dependencies={[chosen]}
        onAction={(id) => {
          go(`/conversations/${String(id)}`);
        }}
        renderEmptyState={() => <p className={styles['none']}>{text('conversations.none')}</p>}
        className={styles['list'] ?? ''}
      >
        {(one) => <Row conversation={one} isChosen={one.id === chosen} />}
      </GridList>
    </Virtualizer>
  );
}

function Row({ conversation, isChosen }: { readonly conversation: ConversationSummary; readonly isChosen: boolean }) {
  const text = useText();
  const { id, name, marking, unread, last, draft } = conversation;
  const title = name || text('conversation.unnamed');
  return (
    <GridListItem
      id={id}
      textValue={title}
      className={styles['row'] ?? ''}
      data-unread={unread > 0}
      data-chosen={isChosen}
    >
      <span className={styles['above']}>
        <span className={styles['name']} dir="auto">
          {title}
        </span>
        {last && (
          <span className={styles['time']}>
            <When time={last.at} />
          </span>
        )}
      </span>
      <span className={styles['below']}>
        <Needs conversation={conversation} />
        <Line draft={draft} last={last} />
        <ContentMarking text={marking} />
        <Unread conversation={conversation} />
      </span>
    </GridListItem>
  );
}

/** What was begun, else what was said last: each in its own direction, cut off at its own end. */
function Line({ draft = '', last }: Pick<ConversationSummary, 'draft' | 'last'>) {
  const text = useText();
  const mine = draft !== '' ? text('conversations.draft') : last?.own === true ? `${text('conversations.you')}:` : '';
  const words = draft !== '' ? draft : (last?.text ?? '');
  const isTheirs = mine === '' && last !== undefined;
  return (
    <span className={styles['said']}>
      {mine !== '' && <span className={styles['mine']}>{mine}</span>}{' '}
      <span className={styles['line']} dir="auto">
        {isTheirs ? `${last.senderName}: ${words}` : words}
      </span>
    </span>
  );
}

/** Why it stands where it stands. */
function Needs({ conversation }: { readonly conversation: ConversationSummary }) {
  const { unacknowledged, urgency } = conversation;
  const text = useText();
  return (
    <>
      {urgency !== undefined && urgency !== 'ROUTINE' && (
        <span className={styles['urgency']} data-urgent={urgency !== 'PRIORITY'}>
          {text(`precedence.${urgency}`)}
        </span>
      )}
      {unacknowledged > 0 && <span className={styles['due']}>{text('conversations.unacknowledged')}</span>}
    </>
  );
}

function Unread({ conversation: { unread, isMentioned } }: { readonly conversation: ConversationSummary }) {
  const text = useText();
  return (
    <>
      {isMentioned && (
        <span className={styles['unread']} role="img" aria-label={text('conversations.mentioned')}>
          @
        </span>
      )}
      {unread > 0 && (
        <span className={styles['unread']} role="img" aria-label={text('conversations.unread', { count: unread })}>
          {unread}
        </span>
      )}
    </>
  );
}

function useSummaries() {
  const { desk } = useSession();
  const [limit, setLimit] = useState(PAGE);
  const {
    data: conversations = [],
    error,
    isLoading,
  } = useQuery({
    queryKey: ['conversations', 'summaries', limit],
    queryFn: () => desk.correspondence.summaries(limit),
    placeholderData: keepPreviousData,
  });
  const more = ({ currentTarget: { scrollTop, clientHeight, scrollHeight } }: React.UIEvent<HTMLElement>): void => {
    const isNear = scrollTop + 2 * clientHeight > scrollHeight;
    if (isNear && conversations.length >= limit) setLimit(limit + PAGE);
  };
  return { conversations, error, isLoading, more };
}

/** j and k go through the list, c begins a conversation, / looks for messages. */
function useListKeys(
  conversations: readonly ConversationSummary[],
  chosen: string | undefined,
  list: React.RefObject<HTMLDivElement | null>,
): void {
  const text = useText();
  const [, go] = useLocation();
  const to = (path: string) => (): void => {
    go(path);
  };
  const step = (by: number) => (): void => {
    const at = conversations.findIndex(({ id }) => id === chosen);
    const next = conversations[at === -1 ? 0 : Math.min(Math.max(at + by, 0), conversations.length - 1)];
    if (next) go(`/conversations/${next.id}`);
  };
  useCommands([
    { id: 'conversations.next', keys: 'j', text: text('command.nextConversation'), run: step(1) },
    { id: 'conversations.previous', keys: 'k', text: text('command.previousConversation'), run: step(-1) },
    { id: 'conversations.new', keys: 'c', text: text('command.newConversation'), run: to('/conversations/new') },
    {
      id: 'conversations.search',
      keys: '/',
      text: text('command.findMessages'),
      run: to('/conversations/search'),
    },
  ]);
  useEffect(() => {
    const leave = ({ key, target, defaultPrevented }: KeyboardEvent): void => {
      if (key !== 'Escape' || defaultPrevented || document.querySelector('[role="dialog"], [role="alertdialog"]'))
        return;
      if (target instanceof Node && list.current?.contains(target)) return;
      const rows = list.current;
      const row =
        rows?.querySelector<HTMLElement>('[data-chosen="true"]') ?? rows?.querySelector<HTMLElement>('[role="row"]');
      row?.focus();
    };
    document.addEventListener('keydown', leave);
    return () => {
      document.removeEventListener('keydown', leave);
    };
  }, [list]);
}
