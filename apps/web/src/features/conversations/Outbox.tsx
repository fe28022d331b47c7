import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';

import type { WaitingView } from '#client';

import { useSession } from '../../app/session.js';
import { useText, useTroubleText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { ContentMarking } from '../../ui/marking.js';
import { Progress } from '../../ui/progress.js';
import { Empty, Failure } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import { useFileSize } from './fileSize.js';
import styles from './Find.module.css';

/** What waits, why, and since when. */
export function Outbox() {
  const { desk } = useSession();
  const text = useText();
  const { data: waiting, error } = useQuery({
    queryKey: ['conversations', 'outbox'],
    queryFn: () => desk.correspondence.waiting(),
    refetchOnMount: 'always',
  });
  return (
    <section className={styles['page']} aria-label={text('outbox.title')}>
      <h2>{text('outbox.title')}</h2>
      <Failure error={error} />
      {waiting?.length === 0 && <Empty title={text('outbox.none')} />}
      <ul className={styles['rows']}>
        {waiting?.map((one) => (
          <Waits key={one.id} waiting={one} />
        ))}
      </ul>
    </section>
  );
}

function Waits({ waiting }: { readonly waiting: WaitingView }) {
  const { conversationId, conversationName, marking, since, files } = waiting;
  const text = useText();
  const sizeOf = useFileSize();
  return (
    <li className={styles['hit']}>
      <p className={styles['byline']}>
        <Link to={`/conversations/${conversationId}`}>
          <bdi>{conversationName || text('conversation.unnamed')}</bdi>
        </Link>
        <ContentMarking text={marking} />
        <When time={since} />
      </p>
      <p className={styles['words']} dir="auto">
        {waiting.text}
      </p>
      <Why waiting={waiting} />
      {files.map(({ id, name, done, size }) => (
        <Progress key={id} label={name} done={done} total={size} say={sizeOf} />
      ))}
      <Doings waiting={waiting} />
    </li>
  );
}

function Why({ waiting: { state, problem, canCancel } }: { readonly waiting: WaitingView }) {
  const text = useText();
  const say = useTroubleText();
  if (problem) return <p className={styles['quiet']}>{say(problem)}</p>;
  if (state === 'files') return <p className={styles['quiet']}>{text('outbox.files')}</p>;
  return <p className={styles['quiet']}>{canCancel ? text('outbox.waiting') : text('outbox.sent')}</p>;
}

function Doings({ waiting: { id, canCancel, text: words } }: { readonly waiting: WaitingView }) {
  const { desk } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const change = useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    onSettled: async () => {
      await queries.invalidateQueries({ queryKey: ['conversations'] });
      await queries.invalidateQueries({ queryKey: ['messages'] });
    },
  });
  return (
    <>
      <Failure error={change.error} />
      <div className={styles['doings']}>
        <Button
          isBusy={change.isPending}
          aria-label={text('outbox.retry.of', { words: words.slice(0, 60) })}
          onPress={() => {
            change.mutate(() => desk.correspondence.retry(id));
          }}
        >
          {text('outbox.retry')}
        </Button>
        {canCancel && (
          <Button
            manner="danger"
            aria-label={text('outbox.cancel.of', { words: words.slice(0, 60) })}
            onPress={() => {
              change.mutate(() => desk.correspondence.cancel(id));
            }}
          >
            {text('outbox.cancel')}
          </Button>
        )}
      </div>
    </>
  );
}
