import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useMemo, useRef } from 'react';
import { useIntl } from 'react-intl';

import type { MessageView } from '#client';

import { useCommands } from '../../app/commands.js';
import { useKeepPlace } from '../../app/places.js';
import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Empty, Failure, Skeleton } from '../../ui/states.js';
import type { ConversationDetail, Standing } from '../../worker/correspondence/protocol.js';
import styles from './Conversation.module.css';
import { Message } from './Message.js';
import type { MessageDoings } from './MessageActions.js';
import { useLog } from './useLog.js';
import { useScroll } from './useScroll.js';

/** Receipts come without a hint: they are asked for while somebody looks. */
const STANDINGS_MS = 10_000;
const NO_STANDINGS: readonly Standing[] = [];
/** What is read within this time is told together: on a thin line one receipt for twenty messages. */
const TELL_MS = 500;

interface LogProps extends Pick<MessageDoings, 'onReply' | 'onEdit' | 'onThread'> {
  readonly conversation: ConversationDetail;
  /** A message that somebody jumped to. */
  readonly target: number | undefined;
  /** Place around which the log begins; undefined: its end. */
  readonly from: number | undefined;
  /** Where the reader was when they left; undefined: at the end, or nowhere yet. */
  readonly left: number | undefined;
  /** What stands behind this place was unread when the conversation was opened. */
  readonly unreadAfter: number | undefined;
  readonly onPlace: (seq: number) => void;
}

/** The messages on the screen and some around them, with the days and what is unread. */
export function Log({ conversation, target, from, left, unreadAfter, onPlace, ...doings }: LogProps) {
  const { id, people } = conversation;
  const text = useText();
  const log = useLog(id, from);
  const { messages } = log;
  const firstUnread = useMemo(
    () =>
      unreadAfter === undefined
        ? undefined
        : messages.find(({ seq, own }) => !own && seq !== undefined && seq > unreadAfter)?.seq,
    [messages, unreadAfter],
  );
  const start = useStart(target, firstUnread, left);
  const onSeen = useSeen(id, conversation.readUpTo);
  const { scroller, look } = useScroll({ log, start, onSeen, onStand: useKeepPlace(`conversation ${id}`) });
  useMessageKeys(scroller, messages, doings);
  const standings = useStandings(id);
  const peopleById = useMemo(() => new Map(people.map((person) => [person.id, person])), [people]);
  if (log.error) return <Failure error={log.error} />;
  if (log.isLoading) return <Skeleton rows={8} />;
  return (
    <div ref={scroller} className={styles['messages']} onScroll={look} tabIndex={-1}>
      {log.hasEarlier && (
        <Button manner="quiet" onPress={log.loadEarlier}>
          {text('conversation.earlier')}
        </Button>
      )}
      {messages.length === 0 && <Empty title={text('conversation.empty')} />}
      <div role="log" aria-label={text('conversation.messages')}>
        <ol className={styles['log']}>
          {messages.map((message, index) => (
            <Row
              key={keyOf(message)}
              message={message}
              before={messages[index - 1]}
              isFirstUnread={message.seq !== undefined && message.seq === firstUnread}
              isTarget={message.seq !== undefined && message.seq === target}
              isLast={index === messages.length - 1}
              people={peopleById}
              standings={standings}
              onPlace={onPlace}
              {...doings}
            />
          ))}
        </ol>
      </div>
      {log.hasLater && (
        <Button manner="quiet" onPress={log.loadLater}>
          {text('conversation.later')}
        </Button>
      )}
    </div>
  );
}

/** One's own message keeps its row when it gets its place. */
const keyOf = ({ id, kind, seq }: MessageView): string => (kind === 'notice' ? `${id} ${String(seq)}` : id);

interface RowProps extends Omit<React.ComponentProps<typeof Message>, 'rowKey'> {
  readonly before: MessageView | undefined;
  readonly isFirstUnread: boolean;
}

function Row({ before, isFirstUnread, ...rest }: RowProps) {
  const text = useText();
  const { formatDate } = useIntl();
  const day = dayOf(rest.message);
  return (
    <>
      {(!before || dayOf(before) !== day) && (
        <li className={styles['day']}>{formatDate(rest.message.sentAt, { dateStyle: 'full' })}</li>
      )}
      {isFirstUnread && <li className={styles['unreadLine']}>{text('conversation.unreadLine')}</li>}
      <Message rowKey={keyOf(rest.message)} {...rest} />
    </>
  );
}

const dayOf = ({ sentAt }: MessageView): string => new Date(sentAt).toDateString();

/** Where the log begins. */
function useStart(target: number | undefined, firstUnread: number | undefined, left: number | undefined) {
  return useMemo(() => {
    if (target !== undefined) return { seq: target, block: 'center' as const };
    const seq = firstUnread ?? left;
    return seq === undefined ? undefined : { seq, block: 'start' as const };
  }, [target, firstUnread, left]);
}

/** What stood on the screen while the window had the person's eye was read. */
function useSeen(id: string, readUpTo: number): (seq: number) => void {
  const { desk } = useSession();
  const queries = useQueryClient();
  const seen = useRef({ place: readUpTo, told: readUpTo });
  const tell = useCallback((): void => {
    const { place, told } = seen.current;
    if (place <= told || document.visibilityState !== 'visible') return;
    seen.current.told = place;
    const refresh = (what: string): void => void queries.invalidateQueries({ queryKey: ['conversations', what] });
    void desk.correspondence
      .markRead(id, place)
      .catch(() => undefined) // told again with the next message
      .then(() => {
        refresh('summaries');
        refresh('unread');
      });
  }, [desk, id, queries]);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  useEffect(() => {
    document.addEventListener('visibilitychange', tell);
    return () => {
      document.removeEventListener('visibilitychange', tell);
      clearTimeout(timer.current);
      timer.current = undefined;
      tell();
    };
  }, [tell]);
  return useCallback(
    (seq) => {
      seen.current.place = Math.max(seen.current.place, seq);
      timer.current ??= setTimeout(() => {
        timer.current = undefined;
        tell();
      }, TELL_MS);
    },
    [tell],
  );
}

function useStandings(id: string) {
  const { desk } = useSession();
  const { data = NO_STANDINGS } = useQuery({
    queryKey: ['standings', id], // not of what each new message makes old: it would ask the server anew for each
    queryFn: () => desk.correspondence.standings(id),
    refetchInterval: STANDINGS_MS,
  });
  return data;
}

/** Arrows go through the messages of a log that has the focus; letters do something with the one that has it. */
function useMessageKeys(
  scroller: React.RefObject<HTMLDivElement | null>,
  messages: readonly MessageView[],
  { onReply, onEdit, onThread }: Pick<MessageDoings, 'onReply' | 'onEdit' | 'onThread'>,
): void {
  const text = useText();
  const rows = (): HTMLElement[] => [...(scroller.current?.querySelectorAll<HTMLElement>('[data-message]') ?? [])];
  const current = (): MessageView | undefined => {
    const row = document.activeElement?.closest<HTMLElement>('[data-message]');
    return (
      messages.find(({ id }) => id === row?.dataset['message']) ?? messages.findLast(({ kind }) => kind === 'text')
    );
  };
  const onCurrent = (doing: (message: MessageView) => void) => (): void => {
    const message = current();
    if (message) doing(message);
  };
  const step = (by: number) => (): void => {
    const all = rows();
    const at = all.findIndex((row) => row.contains(document.activeElement));
    all[at === -1 ? all.length - 1 : Math.min(Math.max(at + by, 0), all.length - 1)]?.focus();
  };
  useCommands([
    { id: 'message.next', keys: 'ArrowDown', text: text('command.nextMessage'), run: step(1) },
    { id: 'message.previous', keys: 'ArrowUp', text: text('command.previousMessage'), run: step(-1) },
    { id: 'message.reply', keys: 'r', text: text('command.reply'), run: onCurrent(onReply) },
    { id: 'message.thread', keys: 't', text: text('command.thread'), run: onCurrent(onThread) },
    {
      id: 'message.edit',
      keys: 'e',
      text: text('command.edit'),
      run: () => {
        const focused = current();
        const own = focused?.own === true ? focused : messages.findLast((one) => one.own && one.kind === 'text');
        if (own) onEdit(own);
      },
    },
  ]);
}
