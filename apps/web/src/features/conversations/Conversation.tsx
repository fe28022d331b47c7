import { useQuery } from '@tanstack/react-query';
import { useCallback, useRef, useState } from 'react';

import { useKeptPlace } from '../../app/places.js';
import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Notice } from '../../ui/controls.js';
import { useMarkingOnScreen } from '../../ui/marking.js';
import { Failure, Skeleton } from '../../ui/states.js';
import type { ConversationDetail } from '../../worker/correspondence/protocol.js';
import { Composer } from './Composer.js';
import type { ComposerHandle } from './Composer.js';
import styles from './Conversation.module.css';
import type { Aside } from './aside.js';
import { Head } from './Head.js';
import { Log } from './Log.js';
import { Obstacles } from './Obstacles.js';
import { Sending } from './Sending.js';
import type { Offered } from './useAttaching.js';
import { useFileDrop } from './useFileDrop.js';

/** Fewer are on the newest page, and the log begins there. */
const ON_NEWEST_PAGE = 40;

interface ConversationProps {
  readonly id: string;
  /** Where to begin. */
  readonly place: number | undefined;
  /** A message that is to be answered, chosen beside the conversation. */
  readonly answered: string | undefined;
  readonly onAnswered: () => void;
  readonly onAside: (aside: Aside) => void;
}

/** What was said, by whom, and whom an answer reaches. */
export function Conversation({ id, ...rest }: ConversationProps) {
  const { desk } = useSession();
  const { data: conversation, error } = useQuery({
    queryKey: ['conversations', 'detail', id],
    queryFn: () => desk.correspondence.conversation(id),
    refetchOnMount: 'always',
  });
  const left = useKeptPlace(`conversation ${id}`);
  if (error) return <Failure error={error} />;
  return conversation && left !== undefined ? (
    <Opened conversation={conversation} left={left} {...rest} />
  ) : (
    <Skeleton rows={8} />
  );
}

interface OpenedProps extends Omit<ConversationProps, 'id'> {
  readonly conversation: ConversationDetail;
  /** Where the reader was last; 0: at the end. */
  readonly left: number;
}

function Opened({ conversation, left, place, answered, onAnswered, onAside }: OpenedProps) {
  const text = useText();
  const composer = useRef<ComposerHandle>(null);
  const pane = useRef<HTMLElement>(null);
  const [opened, setOpened] = useState(() => openedAt(conversation, left));
  const [target, setTarget] = useState(place);
  const name = conversation.name || text('conversation.unnamed');
  const canWrite = conversation.state === 'active' || conversation.state === 'stuck';
  const attach = useCallback((offered: Offered) => composer.current?.attach(offered), []);
  const isOver = useFileDrop(pane, canWrite ? attach : undefined);
  useMarkingOnScreen(conversation.marking);
  return (
    <section ref={pane} className={styles['pane']} aria-label={name} data-drop-target={isOver}>
      {isOver && <p className={styles['drop']}>{text('composer.drop')}</p>}
      <Head conversation={conversation} onAside={onAside} onPlace={setTarget} />
      <Log
        key={target ?? 'end'}
        conversation={conversation}
        target={target}
        from={target ?? opened.left ?? (opened.unread > ON_NEWEST_PAGE ? opened.readUpTo : undefined)}
        left={opened.left}
        unreadAfter={opened.unread > 0 ? opened.readUpTo : undefined}
        onReply={(message) => composer.current?.reply(message.id)}
        onEdit={(message) => composer.current?.edit(message)}
        onThread={(message) => {
          onAside({ show: 'thread', messageId: message.id });
        }}
        onPlace={setTarget}
      />
      <footer>
        <Obstacles conversation={conversation} />
        <Sending conversationId={conversation.id} onTakenBack={(words) => composer.current?.restore(words)} />
        {canWrite ? (
          <Composer
            ref={composer}
            conversation={conversation}
            answered={answered}
            onAnswered={onAnswered}
            onSent={() => {
              setTarget(undefined);
              setOpened({ readUpTo: conversation.cursor, unread: 0, left: undefined });
            }}
          />
        ) : (
          <Notice>{text(`conversation.state.${conversation.state}`)}</Notice>
        )}
      </footer>
    </section>
  );
}

/** What came since goes before where the reader was. */
function openedAt({ readUpTo, unread }: ConversationDetail, left: number) {
  return { readUpTo, unread, left: unread === 0 && left > 0 ? left : undefined };
}
