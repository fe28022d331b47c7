import { useQuery } from '@tanstack/react-query';

import type { UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import styles from './Composer.module.css';

interface ComposerSubjectProps {
  readonly conversationId: string;
  readonly draft: UnsentDraft;
  readonly onChange: (changes: Partial<UnsentDraft>) => void;
}

/** Which message is answered, or changed, and the way out of it. */
export function ComposerSubject({ conversationId, draft: { inReplyTo, replaces }, onChange }: ComposerSubjectProps) {
  const text = useText();
  if (inReplyTo === undefined && replaces === undefined) return null;
  const leave = (): void => {
    onChange(replaces === undefined ? { inReplyTo: undefined as never } : { replaces: undefined as never, text: '' });
  };
  return (
    <div className={styles['subject']}>
      <p>{replaces === undefined ? text('composer.replying') : text('composer.changing')}</p>
      {inReplyTo !== undefined && <Answered conversationId={conversationId} messageId={inReplyTo} />}
      <Button manner="quiet" onPress={leave}>
        {text('composer.leave')}
      </Button>
    </div>
  );
}

function Answered({ conversationId, messageId }: { readonly conversationId: string; readonly messageId: string }) {
  const { desk } = useSession();
  const { data: thread = [] } = useQuery({
    queryKey: ['messages', conversationId, 'thread', messageId],
    queryFn: () => desk.correspondence.thread(conversationId, messageId),
  });
  const message = thread.find(({ id }) => id === messageId);
  if (!message) return null;
  return (
    <p className={styles['answered']} dir="auto">
      {message.senderName}: {message.text}
    </p>
  );
}
