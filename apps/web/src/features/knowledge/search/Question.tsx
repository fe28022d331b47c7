import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { Autocomplete, Form, Input, Label, ListBox, ListBoxItem, SearchField } from 'react-aria-components';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import controls from '../../../ui/controls.module.css';
import lists from '../../../ui/lists.module.css';
import { withTyped } from './asked.js';
import type { Asked } from './asked.js';
import styles from './search.module.css';

export interface AskedProps {
  readonly asked: Asked;
  readonly ask: (next: Asked) => void;
}

/** Suggestions begin with so many letters. */
const ENOUGH = 2;

/** The field on top: what the papers suggest while one types, and filters such as `kind:cable` taken out of what was typed. */
export function Question({ asked, ask }: AskedProps) {
  const text = useText();
  const [typed, type] = useState(asked.query);
  const [isOpen, open] = useState(false);
  const put = (query: string): void => {
    open(false);
    ask(withTyped(asked, query));
  };
  return (
    <Form
      role="search"
      className={styles['question'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        put(typed);
      }}
    >
      <Autocomplete
        inputValue={typed}
        disableAutoFocusFirst
        onInputChange={(value) => {
          open(value !== typed && value.trim().length >= ENOUGH);
          type(value);
        }}
      >
        <SearchField
          className={`${controls['field'] ?? ''} ${styles['field'] ?? ''}`}
          onBlur={({ relatedTarget }) => {
            if (!(relatedTarget instanceof Element) || !relatedTarget.closest('[role=listbox]')) open(false);
          }}
          onKeyDown={(event) => {
            if (event.key === 'Escape') open(false);
            event.continuePropagation();
          }}
        >
          <Label>{text('search.field')}</Label>
          <Input dir="auto" className={controls['input'] ?? ''} />
        </SearchField>
        {isOpen && (
          <Suggestions
            typed={typed}
            choose={(choice) => {
              type(choice);
              put(choice);
            }}
          />
        )}
      </Autocomplete>
      <Button type="submit" manner="main">
        {text('search.do')}
      </Button>
    </Form>
  );
}

function Suggestions({ typed, choose }: { readonly typed: string; readonly choose: (text: string) => void }) {
  const { desk } = useSession();
  const text = useText();
  const { data = [] } = useQuery({
    queryKey: ['knowledge', 'suggestions', typed],
    queryFn: () => desk.knowledge.suggestions(typed),
    placeholderData: (before) => before,
    staleTime: 0,
  });
  const items = data.map(({ kind, text: words }) => ({ id: `${kind} ${words}`, kind, words }));
  if (items.length === 0) return null;
  return (
    <ListBox
      aria-label={text('search.suggestions')}
      items={items}
      onAction={(key) => {
        const chosen = items.find(({ id }) => id === key);
        if (chosen) choose(chosen.words);
      }}
      className={styles['suggestions'] ?? ''}
    >
      {({ words, kind }) => (
        <ListBoxItem textValue={words} className={`${lists['item'] ?? ''} ${styles['suggestion'] ?? ''}`}>
          <bdi>{words}</bdi> <span className={styles['quiet']}>{text(`suggestion.${kind}`)}</span>
        </ListBoxItem>
      )}
    </ListBox>
  );
}
