import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Progress } from '../../ui/progress.js';
import { Failure } from '../../ui/states.js';
import styles from './Composer.module.css';

/** Files of this conversation that are on their way: how far, and the way to call them back. The message follows its files. */
export function Sending({ conversationId }: { readonly conversationId: string }) {
  const { desk } = useSession();
  const text = useText();
  const { data: waiting = [] } = useQuery({
    queryKey: ['conversations', 'outbox'],
    queryFn: () => desk.correspondence.waiting(),
  });
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: (id: string) => desk.correspondence.cancel(id),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations', 'outbox'] }),
  });
  const sending = waiting.filter((one) => one.conversationId === conversationId && one.state === 'files');
  return (
    <>
      <Failure error={cancel.error} />
      {sending.map(({ id, text: words, files }) => (
        <div key={id} className={styles['sending']}>
          {files.map((file) => (
            <Progress key={file.id} label={file.name} done={file.done} total={file.size} />
          ))}
          <Button
            aria-label={text('outbox.cancel.of', { words: words.slice(0, 60) })}
            isBusy={cancel.isPending}
            onPress={() => {
              cancel.mutate(id);
            }}
          >
            {text('outbox.cancel')}
          </Button>
        </div>
      ))}
    </>
  );
}
