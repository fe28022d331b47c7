import type { MessageView } from '#client';

import { useText } from '../../text/text.js';
import { Menu } from '../../ui/menu.js';
import styles from './Conversation.module.css';
import { useReaction } from './Reactions.js';

/** Signs that say something at work. */
const SIGNS = ['👍', '✅', '👀', '🙏', '❓', '❤️'];

/** What a person can do with a message. */
export interface MessageDoings {
  readonly onReply: (message: MessageView) => void;
  readonly onEdit: (message: MessageView) => void;
  readonly onThread: (message: MessageView) => void;
  readonly onPlace: (seq: number) => void;
}

interface MessageActionsProps extends MessageDoings {
  readonly message: MessageView;
}

/** What can be done with a message; there when it has the pointer or the focus. */
export function MessageActions({ message, onReply, onEdit, onThread }: MessageActionsProps) {
  const text = useText();
  const react = useReaction(message);
  if (message.kind !== 'text' || message.state === 'refused') return null;
  const isPlaced = message.seq !== undefined;
  const doings: Readonly<Record<string, (message: MessageView) => void>> = {
    reply: onReply,
    edit: onEdit,
    thread: onThread,
  };
  const items = [
    ...(isPlaced
      ? [
          { id: 'reply', text: text('message.reply') },
          { id: 'thread', text: text('message.thread') },
        ]
      : []),
    ...(message.own ? [{ id: 'edit', text: text('message.edit') }] : []),
  ];
  return (
    <div className={styles['actions']}>
      {isPlaced && (
        <Menu
          label={text('message.react')}
          items={SIGNS.map((sign) => ({ id: sign, text: sign }))}
          onAction={(sign) => {
            react(
              sign,
              message.reactions.some((one) => one.sign === sign && one.own),
            );
          }}
        >
          <span aria-hidden="true">☺</span>
        </Menu>
      )}
      <Menu label={text('message.actions')} items={items} onAction={(id) => doings[id]?.(message)} />
    </div>
  );
}
