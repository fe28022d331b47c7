import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import type { WaitingView } from '#client';

import { useSession } from '../../app/session.js';
import { useText, useTroubleText } from '../../text/text.js';
import { Button, Notice } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import { Failure } from '../../ui/states.js';
import styles from './Composer.module.css';
import { useFileSize } from './fileSize.js';

interface SendingProps {
  readonly conversationId: string;
  /** With the words of a message that is not to be sent. */
  readonly onTakenBack: (words: string) => void;
}

/** Files of this conversation that are on their way, or were refused: how far, why, and the way to call them back. The message follows its files. */
export function Sending({ conversationId, onTakenBack }: SendingProps) {
  const { desk } = useSession();
  const { data: waiting = [] } = useQuery({
    queryKey: ['conversations', 'outbox'],
    queryFn: () => desk.correspondence.waiting(),
  });
  const sending = waiting.filter((one) => one.conversationId === conversationId && one.files.length > 0);
  return sending.map((one) => <Sent key={one.id} waiting={one} onTakenBack={onTakenBack} />);
}

interface SentProps extends Pick<SendingProps, 'onTakenBack'> {
  readonly waiting: WaitingView;
}

function Sent({ waiting: { id, text: words, files, problem }, onTakenBack }: SentProps) {
  const { desk } = useSession();
  const text = useText();
  const say = useTroubleText();
  const sizeOf = useFileSize();
  const again = useChange(() => desk.correspondence.retry(id));
  const cancel = useChange(async () => {
    await desk.correspondence.cancel(id);
    if (words !== files.map(({ name }) => name).join(', ')) onTakenBack(words);
  });
  const of = { words: words.slice(0, 60) };
  return (
    <div className={styles['sending']}>
      <div>
        {files.map((file) => (
          <Progress key={file.id} label={file.name} done={file.done} total={file.size} say={sizeOf} />
        ))}
        {problem && <Notice>{say(problem)}</Notice>}
        <Failure error={cancel.error ?? (problem ? undefined : again.error)} />
      </div>
      <div className={styles['doings']}>
        {problem && (
          <Button
            aria-label={text('outbox.retry.of', of)}
            isBusy={again.isPending}
            onPress={() => {
              again.mutate();
            }}
          >
            {text('outbox.retry')}
          </Button>
        )}
        <Button
          aria-label={text('outbox.cancel.of', of)}
          isBusy={cancel.isPending}
          onPress={() => {
            cancel.mutate();
          }}
        >
          {text('outbox.cancel')}
        </Button>
      </div>
    </div>
  );
}

/** Something is done with what waits; then it is looked at anew. */
function useChange(work: () => Promise<void>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: work,
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations', 'outbox'] }),
  });
}
