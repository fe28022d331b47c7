import { useMutation, useQuery } from '@tanstack/react-query';

import type { MessageView } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import styles from './Conversation.module.css';

/** FLASH and IMMEDIATE ask everybody to say that they have taken note. */
export function Acknowledge({ message }: { readonly message: MessageView }) {
  const { conversationId, id, own, precedence, acknowledgements, givenBy, seq } = message;
  const { desk } = useSession();
  const text = useText();
  const { data: identity } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  const acknowledge = useMutation({ mutationFn: () => desk.correspondence.acknowledge(conversationId, id) });
  const isUrgent = precedence === 'IMMEDIATE' || precedence === 'FLASH';
  const isDone = acknowledgements.some(({ personId }) => personId === identity?.personId);
  const names = acknowledgements.map(({ personName }) => personName).join(', ');
  return (
    <>
      {isUrgent && !own && !isDone && !givenBy && seq !== undefined && identity && (
        <div className={styles['acknowledge']}>
          <Button
            isBusy={acknowledge.isPending}
            onPress={() => {
              acknowledge.mutate();
            }}
          >
            {text('message.acknowledge')}
          </Button>
          <Failure error={acknowledge.error} />
        </div>
      )}
      {names !== '' && (
        <p className={styles['acknowledged']} dir="auto">
          {text('message.acknowledged', { names })}
        </p>
      )}
    </>
  );
}
