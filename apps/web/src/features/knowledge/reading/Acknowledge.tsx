import { useMutation, useQueryClient } from '@tanstack/react-query';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure } from '../../../ui/states.js';
import type { Duty, Paper } from '../../../worker/knowledge/protocol.js';
import { usePeople } from '../words.js';
import styles from './reading.module.css';

interface AcknowledgeProps {
  readonly paper: Paper;
  readonly duties: readonly Duty[];
}

/** Somebody asked the reader to say that they have read it. */
export function Acknowledge({ paper, duties }: AcknowledgeProps) {
  const { desk } = useSession();
  const text = useText();
  const people = usePeople();
  const client = useQueryClient();
  const acknowledge = useMutation({
    mutationFn: (listId: string) => desk.knowledge.acknowledge(listId, paper.version.number),
    onSuccess: () => Promise.all([client.invalidateQueries({ queryKey: ['paper', paper.id] }), duty(client)]),
  });
  return duties.map(({ id, requesterId, note }) => (
    <div key={id} className={styles['strip']}>
      <p>
        {text('acknowledge.asked', { person: people.get(requesterId)?.name ?? text('person.unknown') })}{' '}
        <bdi>{note}</bdi>
      </p>
      <Button
        manner="main"
        isBusy={acknowledge.isPending}
        onPress={() => {
          acknowledge.mutate(id);
        }}
      >
        {text('acknowledge.do')}
      </Button>
      <Failure error={acknowledge.error} />
    </div>
  ));
}

const duty = (client: ReturnType<typeof useQueryClient>): Promise<void> =>
  client.invalidateQueries({ queryKey: ['knowledge', 'list', 'duties'] });
