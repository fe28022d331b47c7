import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { MessageView } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Dialog } from '../../ui/dialog.js';
import { Failure } from '../../ui/states.js';
import { When } from '../../ui/when.js';
import styles from './Conversation.module.css';

/** Says that a message was changed, and shows every wording of it. */
export function Versions({ message }: { readonly message: MessageView }) {
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  return (
    <>
      <button
        type="button"
        className={styles['link']}
        onClick={() => {
          setOpen(true);
        }}
      >
        {text('message.edited', { count: message.edits })}
      </button>
      {isOpen && (
        <Wordings
          message={message}
          onClose={() => {
            setOpen(false);
          }}
        />
      )}
    </>
  );
}

function Wordings({ message, onClose }: { readonly message: MessageView; readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const { data: versions = [], error } = useQuery({
    queryKey: ['messages', message.conversationId, 'versions', message.id],
    queryFn: () => desk.correspondence.versions(message.conversationId, message.id),
  });
  return (
    <Dialog title={text('versions.title')} isOpen onClose={onClose}>
      <Failure error={error} />
      <ol className={styles['versions']}>
        {versions.map((version, index) => (
          <li key={index}>
            <p className={styles['byline']}>
              <When time={version.at} />
            </p>
            <p className={styles['words']} dir="auto">
              {version.text}
            </p>
          </li>
        ))}
      </ol>
    </Dialog>
  );
}
