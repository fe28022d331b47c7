import { useId, useState } from 'react';

import { useText } from '../text/text.js';
import styles from './calling.module.css';
import controls from './controls.module.css';

/** Somebody whom words can call by name. */
export interface Callable {
  readonly id: string;
  readonly name: string;
  /** Title and post. */
  readonly standing: string;
}

/** A name that is being called: from the @ to the caret. */
const CALL = /(?:^|\s)@([\p{L}\p{M}'’ -]{0,40})$/u;
const OFFERED = 6;

interface CallingOptions {
  readonly words: string;
  /** Whom one may call; those whose names begin with what is typed are offered. */
  readonly people: readonly Callable[];
  readonly field: React.RefObject<HTMLTextAreaElement | null>;
  readonly onWords: (words: string) => void;
  /** What is typed of a name; undefined when none is being called. */
  readonly onBegin?: (begun: string | undefined) => void;
  readonly onChoose?: (person: Callable) => void;
}

/** Arrows move, Enter and Tab take a name, Escape leaves the words as they are. */
export function useCalling({ words, people, field, onWords, onBegin, onChoose }: CallingOptions) {
  const list = useId();
  const [call, setCall] = useState<{ readonly begun: string; readonly caret: number }>();
  const [at, setAt] = useState(0);
  const offered = call === undefined ? [] : people.filter(({ name }) => begins(name, call.begun)).slice(0, OFFERED);
  const put = (next: typeof call): void => {
    setAt(0);
    setCall(next);
    onBegin?.(next?.begun);
  };
  const close = (): void => {
    put(undefined);
  };
  const choose = (index: number): void => {
    const person = offered[index];
    if (!person || !call) return;
    const start = call.caret - call.begun.length;
    const caret = start + person.name.length + 1;
    onWords(`${words.slice(0, start)}${person.name} ${words.slice(call.caret)}`);
    onChoose?.(person);
    close();
    requestAnimationFrame(() => field.current?.setSelectionRange(caret, caret));
  };
  /** Whether the key was meant for the names. */
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
    put(begun === undefined ? undefined : { begun, caret: selectionStart });
  };
  /** Of the field, for whoever cannot see the names below it. */
  const aria = {
    'aria-autocomplete': 'list',
    'aria-controls': offered.length > 0 ? list : undefined,
    'aria-activedescendant': offered[at] && `${list}-${String(at)}`,
  } as const;
  return { list, offered, at, choose, hear, look, close, aria };
}

/** The names that are offered. */
export function Names({ calling: { list, offered, at, choose } }: { readonly calling: ReturnType<typeof useCalling> }) {
  const text = useText();
  if (offered.length === 0) return null;
  return (
    <ul id={list} role="listbox" aria-label={text('ui.call')} className={styles['names']}>
      {offered.map(({ id, name, standing }, index) => (
        <li
          key={id}
          id={`${list}-${String(index)}`}
          role="option"
          aria-selected={index === at}
          onPointerDown={(event) => {
            event.preventDefault();
            choose(index);
          }}
        >
          <bdi>{name}</bdi> <bdi className={styles['post']}>{standing}</bdi>
        </li>
      ))}
    </ul>
  );
}

interface CallingFieldProps extends Omit<CallingOptions, 'field' | 'words'> {
  readonly ref: React.RefObject<HTMLTextAreaElement | null>;
  readonly label: string;
  readonly rows: number;
  readonly value: string;
}

/** Several lines of somebody's words, in which people are called by name. */
export function CallingField({ ref, label, rows, value, ...rest }: CallingFieldProps) {
  const id = useId();
  const calling = useCalling({ words: value, field: ref, ...rest });
  return (
    <div className={controls['field']}>
      <label htmlFor={id}>{label}</label>
      <textarea
        id={id}
        ref={ref}
        rows={rows}
        dir="auto"
        {...calling.aria}
        className={`${controls['input'] ?? ''} ${controls['lines'] ?? ''}`}
        value={value}
        onChange={({ target }) => {
          rest.onWords(target.value);
          calling.look(target);
        }}
        onKeyDown={(event) => {
          if (!calling.hear(event.key)) return;
          event.preventDefault();
          event.stopPropagation();
        }}
        onBlur={calling.close}
      />
      <Names calling={calling} />
    </div>
  );
}

/** Somebody's words as text and nothing else; the names of those whom they call stand out. */
export function WithCalls({ words, names }: { readonly words: string; readonly names: readonly string[] }) {
  return partsOf(words, names).map((part, index) =>
    part.isName ? (
      <strong key={index} className={styles['called']}>
        {part.text}
      </strong>
    ) : (
      part.text
    ),
  );
}

/** Those whom the words call. A name that is the beginning of another one is not called by that one. */
export function calledIn<Person extends Callable>(words: string, people: readonly Person[]): Person[] {
  const parts = partsOf(
    words,
    people.map(({ name }) => name),
  );
  const called = new Set(parts.flatMap(({ text, isName }) => (isName ? [text] : [])));
  return people.filter(({ name }) => called.has(`@${name}`));
}

interface Part {
  readonly text: string;
  readonly isName: boolean;
}

function partsOf(words: string, names: readonly string[]): Part[] {
  const calls = names.map((name) => `@${name}`);
  const parts: Part[] = [];
  let rest = words;
  for (;;) {
    const found = calls
      .map((call) => ({ call, at: rest.indexOf(call) }))
      .filter(({ at }) => at >= 0)
      .sort((one, other) => one.at - other.at || other.call.length - one.call.length)[0];
    if (!found) return [...parts, { text: rest, isName: false }];
    parts.push({ text: rest.slice(0, found.at), isName: false }, { text: found.call, isName: true });
    rest = rest.slice(found.at + found.call.length);
  }
}

function begins(name: string, begun: string): boolean {
  const [said, wanted] = [plain(name), plain(begun)];
  return said.startsWith(wanted) || said.split(/[\s-]+/u).some((word) => word.startsWith(wanted));
}

const plain = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toLowerCase();
