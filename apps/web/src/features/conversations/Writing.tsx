import type { UnsentDraft } from '#client';

import { useText } from '../../text/text.js';
import { Names, useCalling } from '../../ui/calling.js';
import type { MemberCard } from '../../worker/correspondence/protocol.js';
import styles from './Composer.module.css';

interface WritingProps {
  readonly draft: UnsentDraft;
  readonly people: readonly MemberCard[];
  readonly onChange: (changes: Partial<UnsentDraft>) => void;
  readonly onSend: () => void;
  readonly ref: React.RefObject<HTMLTextAreaElement | null>;
}

/** The field itself: words, and names after an @. */
export function Writing({ draft, people, onChange, onSend, ref }: WritingProps) {
  const text = useText();
  const calling = useCalling({
    words: draft.text,
    people: people.filter(({ own }) => !own),
    field: ref,
    onWords(words) {
      onChange({ text: words });
    },
  });
  return (
    <div className={styles['writing']}>
      <textarea
        ref={ref}
        {...(draft.text !== '' && { dir: 'auto' })} // while it is empty, the hint stands where the language begins
        rows={2}
        placeholder={text('composer.label')}
        aria-label={text('composer.label')}
        {...calling.aria}
        className={styles['area']}
        value={draft.text}
        onChange={({ target }) => {
          onChange({ text: target.value });
          calling.look(target);
        }}
        onKeyDown={(event) => {
          if (calling.hear(event.key)) event.preventDefault();
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend();
        }}
        onBlur={calling.close}
      />
      <div className={styles['names']}>
        <Names calling={calling} />
      </div>
    </div>
  );
}
