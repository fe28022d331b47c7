import { useMutation } from '@tanstack/react-query';

import type { MessageView } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import styles from './Conversation.module.css';

/** Who has given which sign; one's own are given and taken back by a press. */
export function Reactions({ message }: { readonly message: MessageView }) {
  const text = useText();
  const react = useReaction(message);
  if (message.reactions.length === 0) return null;
  return (
    <ul className={styles['reactions']}>
      {message.reactions.map(({ sign, people, own }) => {
        const names = people.map(({ personName }) => personName).join(', ');
        return (
          <li key={sign}>
            <button
              type="button"
              aria-pressed={own}
              aria-label={text('message.reaction', { sign, names, count: people.length })}
              title={names}
              onClick={() => {
                react(sign, own);
              }}
            >
              {sign} {people.length}
            </button>
          </li>
        );
      })}
    </ul>
  );
}

/** Gives a sign, or takes it back. */
export function useReaction({ conversationId, id }: MessageView): (sign: string, isWithdrawn: boolean) => void {
  const { desk } = useSession();
  const { mutate } = useMutation({
    mutationFn: ({ sign, isWithdrawn }: { sign: string; isWithdrawn: boolean }) =>
      desk.correspondence.react(conversationId, id, sign, isWithdrawn),
  });
  return (sign, isWithdrawn) => {
    mutate({ sign, isWithdrawn });
  };
}
