import { useQuery } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Marking } from '../../ui/marking.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import styles from './Conversation.module.css';
import people from './People.module.css';
import { Words } from './Words.js';

interface ThreadProps {
  readonly id: string;
  readonly messageId: string;
  readonly onClose: () => void;
  readonly onReply: (messageId: string) => void;
}

/** What began a thread, and all that answers it. */
export function Thread({ id, messageId, onClose, onReply }: ThreadProps) {
  const { desk } = useSession();
  const text = useText();
  const { data: messages, error } = useQuery({
    queryKey: ['messages', id, 'thread', messageId],
    queryFn: () => desk.correspondence.thread(id, messageId),
  });
  const first = messages?.[0];
  return (
    <section className={people['page']} aria-label={text('thread.title')}>
      <header className={people['head']}>
        <h2>{text('thread.title')}</h2>
        <Button manner="quiet" aria-label={text('ui.close')} onPress={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </header>
      <Failure error={error} />
      {!messages && error === null && <Skeleton rows={4} />}
      <ol className={styles['log']}>
        {messages?.map((message) => (
          <li key={message.id} className={styles['message']} data-own={message.own}>
            <p className={styles['byline']}>
              <bdi className={styles['name']}>{message.senderName}</bdi>
              <Marking text={message.marking} />
              <When time={message.sentAt} />
            </p>
            <Words message={message} />
          </li>
        ))}
      </ol>
      {first && (
        <Button
          onPress={() => {
            onReply(first.id);
          }}
        >
          {text('thread.reply')}
        </Button>
      )}
    </section>
  );
}
