import type { MessageView } from '#client';

import { WithCalls } from '../../ui/calling.js';
import styles from './Conversation.module.css';

/** What was written; the names of those whom it calls stand out. */
export function Words({ message: { text: words, mentions } }: { readonly message: MessageView }) {
  if (words === '') return null;
  return (
    <p className={styles['words']} dir="auto">
      <WithCalls words={words} names={mentions.map(({ personName }) => personName)} />
    </p>
  );
}
