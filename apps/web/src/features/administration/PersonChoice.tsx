import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { ComboBox, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';

import { useSession } from '../../app/session.js';
import controls from '../../ui/controls.module.css';
import lists from '../../ui/lists.module.css';
import type { PersonRow } from '../../worker/administration/protocol.js';
import { OFFICE } from './asking.js';

interface PersonChoiceProps {
  readonly label: string;
  readonly personId: string | undefined;
  readonly onChange: (personId: string | undefined) => void;
}

/** One person of thousands: what is typed is looked for in names and posts. */
export function PersonChoice({ label, personId, onChange }: PersonChoiceProps) {
  const { desk } = useSession();
  const [words, setWords] = useState('');
  const { data } = useQuery({
    queryKey: [OFFICE, 'found', words],
    queryFn: () => desk.administration.people({ words }),
    placeholderData: keepPreviousData,
  });
  return (
    <ComboBox
      items={data?.rows ?? []}
      inputValue={words}
      onInputChange={(typed) => {
        setWords(typed);
        if (typed === '') onChange(undefined);
      }}
      value={personId ?? null}
      onChange={(key) => {
        const found = data?.rows.find(({ id }) => id === key);
        if (!found) return;
        setWords(found.name);
        onChange(found.id);
      }}
      allowsCustomValue
      className={controls['field'] ?? ''}
    >
      <Label>{label}</Label>
      <Input className={controls['input'] ?? ''} dir="auto" />
      <Popover className={lists['popover'] ?? ''}>
        <ListBox className={lists['list'] ?? ''}>
          {({ id, name, title = '', postName }: PersonRow) => (
            <ListBoxItem id={id} textValue={name} className={lists['item'] ?? ''}>
              <bdi>{name}</bdi> {title !== '' && <bdi>· {title}</bdi>} · <bdi>{postName}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
