import { useId, useState } from 'react';

import type { UnsentDraft } from '#client';

import { useText } from '../../text/text.js';
import type { MemberCard } from '../../worker/correspondence/protocol.js';
import styles from './Composer.module.css';

/** A name that is being called: from the @ to the caret. */
const CALL = /(?:^|\s)@([\p{L}\p{M}'’ -]{0,40})$/u;
const OFFERED = 6;

interface WritingProps {
  readonly draft: UnsentDraft;
  readonly people: readonly MemberCard[];
  readonly onChange: (changes: Partial<UnsentDraft>) => void;
  readonly onSend: () => void;
  readonly onFiles: (files: readonly File[]) => void;
  readonly ref: React.RefObject<HTMLTextAreaElement | null>;
}

/** The field itself: words, names after an @, files from the clipboard. */
export function Writing({ draft, people, onChange, onSend, onFiles, ref }: WritingProps) {
  const text = useText();
  const list = useId();
  const names = useNames(draft.text, people, ref, onChange);
  return (
    <div className={styles['writing']}>
      <textarea
        ref={ref}
        {...(draft.text !== '' && { dir: 'auto' })} // while it is empty, the hint stands where the language begins
        rows={2}
        placeholder={text('composer.label')}
        aria-label={text('composer.label')}
        aria-autocomplete="list"
        aria-controls={names.offered.length > 0 ? list : undefined}
        aria-activedescendant={names.offered[names.at] && `${list}-${String(names.at)}`}
        className={styles['area']}
        value={draft.text}
        onChange={({ target }) => {
          onChange({ text: target.value });
          names.look(target);
        }}
        onPaste={(event) => {
          const files = [...event.clipboardData.files];
          if (files.length === 0) return;
          event.preventDefault();
          onFiles(files);
        }}
        onKeyDown={(event) => {
          if (names.hear(event.key)) event.preventDefault();
          else if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) onSend();
        }}
        onBlur={names.close}
      />
      {names.offered.length > 0 && (
        <ul id={list} role="listbox" aria-label={text('composer.mention')} className={styles['names']}>
          {names.offered.map(({ id, name, postName }, index) => (
            <li
              key={id}
              id={`${list}-${String(index)}`}
              role="option"
              aria-selected={index === names.at}
              onPointerDown={(event) => {
                event.preventDefault();
                names.choose(index);
              }}
            >
              <bdi>{name}</bdi> <bdi className={styles['quiet']}>{postName}</bdi>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** Arrows move, Enter and Tab take a name, Escape leaves the words as they are. */
function useNames(
  words: string,
  people: readonly MemberCard[],
  field: React.RefObject<HTMLTextAreaElement | null>,
  onChange: WritingProps['onChange'],
) {
  const [call, setCall] = useState<{ readonly begun: string; readonly caret: number }>();
  const [at, setAt] = useState(0);
  const offered =
    call === undefined ? [] : people.filter((one) => !one.own && begins(one.name, call.begun)).slice(0, OFFERED);
  const close = (): void => {
    setCall(undefined);
    setAt(0);
  };
  const choose = (index: number): void => {
    const person = offered[index];
    if (!person || !call) return;
    const start = call.caret - call.begun.length;
    const caret = start + person.name.length + 1;
    onChange({ text: `${words.slice(0, start)}${person.name} ${words.slice(call.caret)}` });
    close();
    requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
  };
  const hear = (key: string): boolean => {
    if (offered.length === 0) return false;
    if (key === 'Escape') close();
    else if (key === 'ArrowDown') setAt((at + 1) % offered.length);
    else if (key === 'ArrowUp') setAt((at + offered.length - 1) % offered.length);
    else if (key === 'Enter' || key === 'Tab') choose(at);
    else return false;
    return true;
  };
  const look = ({ value, selectionStart }: HTMLTextAreaElement): void => {
    const begun = CALL.exec(value.slice(0, selectionStart))?.[1];
    setAt(0);
    setCall(begun === undefined ? undefined : { begun, caret: selectionStart });
  };
  return { offered, at, choose, hear, look, close };
}

function begins(name: string, begun: string): boolean {
  const wanted = begun.toLocaleLowerCase();
  const said = name.toLocaleLowerCase();
  return said.startsWith(wanted) || said.split(' ').some((word) => word.startsWith(wanted));
}
