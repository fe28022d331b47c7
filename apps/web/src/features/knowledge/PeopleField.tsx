import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { CheckList } from '../../ui/check.js';
import { Field } from '../../ui/controls.js';
import type { Acquaintance } from '../../worker/trust/protocol.js';
import forms from './forms.module.css';
import { usePeople } from './words.js';

/** So many are offered; who looks for others types their name. */
const OFFERED = 12;

interface PeopleFieldProps {
  readonly label: string;
  readonly chosen: readonly string[];
  readonly onChange: (chosen: string[]) => void;
}

/** People of the directory, found by name, title or post; never oneself. */
export function PeopleField({ label, chosen, onChange }: PeopleFieldProps) {
  const { desk } = useSession();
  const text = useText();
  const [typed, type] = useState('');
  const { data: self } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  const wanted = typed.trim().toLowerCase();
  const others = [...usePeople().values()].filter(({ id, revoked }) => !revoked && id !== self?.personId);
  const found = others.filter((person) => chosen.includes(person.id) || said(person).toLowerCase().includes(wanted));
  return (
    <div className={forms['form']}>
      {others.length > OFFERED && <Field label={text('people.find')} value={typed} onChange={type} />}
      <CheckList
        label={label}
        chosen={chosen}
        onChange={onChange}
        options={found
          .toSorted((a, b) => a.name.localeCompare(b.name))
          .slice(0, OFFERED + chosen.length)
          .map((person) => ({ id: person.id, text: said(person) }))}
      />
    </div>
  );
}

const said = ({ name, standing }: Acquaintance): string => (standing === '' ? name : `${name} · ${standing}`);
