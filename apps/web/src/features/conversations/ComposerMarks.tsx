import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import type { UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { Menu } from '../../ui/menu.js';
import type { ConversationDetail } from '../../worker/correspondence/protocol.js';
import styles from './Composer.module.css';
import { LabelFields } from './LabelFields.js';

const PRECEDENCES = ['ROUTINE', 'PRIORITY', 'IMMEDIATE', 'FLASH'] as const;

interface ComposerMarksProps {
  readonly conversation: ConversationDetail;
  readonly draft: UnsentDraft;
  readonly onChange: (changes: Partial<UnsentDraft>) => void;
}

/** Label and precedence of what is being written. */
export function ComposerMarks({ conversation, draft, onChange }: ComposerMarksProps) {
  const text = useText();
  const precedence = draft.precedence ?? 'ROUTINE';
  return (
    <>
      <LabelOfMessage conversation={conversation} draft={draft} onChange={onChange} />
      <Menu
        label={text('composer.precedence', { precedence: text(`precedence.${precedence}`) })}
        items={PRECEDENCES.map((id) => ({ id, text: text(`precedence.${id}`) }))}
        chosen={precedence}
        onAction={(id) => {
          const chosen = PRECEDENCES.find((one) => one === id);
          if (chosen) onChange({ precedence: chosen });
        }}
      >
        <span className={styles['precedence']} data-urgent={precedence === 'FLASH' || precedence === 'IMMEDIATE'}>
          {text(`precedence.${precedence}`)} ▾
        </span>
      </Menu>
    </>
  );
}

function LabelOfMessage({ conversation: { id, label }, draft, onChange }: ComposerMarksProps) {
  const { desk } = useSession();
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const { data: choices } = useQuery({
    queryKey: ['conversations', 'detail', id, 'labels'],
    queryFn: () => desk.correspondence.labelChoices(id),
  });
  if (!choices) return null;
  const close = (): void => {
    setOpen(false);
  };
  return (
    <>
      <Button
        aria-label={text('composer.label.choose')}
        onPress={() => {
          setOpen(true);
        }}
      >
        {text('composer.label.short')}
      </Button>
      <Dialog
        title={text('composer.label.choose')}
        isOpen={isOpen}
        onClose={close}
        actions={
          <Button manner="main" onPress={close}>
            {text('composer.label.done')}
          </Button>
        }
      >
        <div className={styles['fields']}>
          <p>{text('composer.label.why')}</p>
          <LabelFields
            choices={choices}
            label={draft.label ?? label}
            onChange={(chosen) => {
              onChange({ label: chosen });
            }}
          />
        </div>
      </Dialog>
    </>
  );
}
