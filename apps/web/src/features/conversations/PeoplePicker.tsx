import { useState } from 'react';

import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import { Chip } from '../../ui/chip.js';
import { Field } from '../../ui/controls.js';
import type { Candidate } from '../../worker/correspondence/protocol.js';
import styles from './People.module.css';

/** More are found by name. */
const SHOWN = 50;

interface PeoplePickerProps {
  readonly candidates: readonly Candidate[];
  readonly chosen: readonly string[];
  readonly onChange: (chosen: readonly string[]) => void;
}

/** People by name or post; who cannot come in is shown with the reason. */
export function PeoplePicker({ candidates, chosen, onChange }: PeoplePickerProps) {
  const text = useText();
  const [words, setWords] = useState('');
  const found = candidates.filter((one) => fits(one, words));
  const without = (id: string): readonly string[] => chosen.filter((one) => one !== id);
  return (
    <fieldset className={styles['picker']}>
      <legend>{text('people.choose')}</legend>
      <Field label={text('people.findMember')} value={words} onChange={setWords} autoComplete="off" />
      <div className={styles['chips']}>
        {candidates
          .filter(({ id }) => chosen.includes(id))
          .map(({ id, name, obstacle }) => (
            <span key={id} className={styles['chip']} data-bad={obstacle !== undefined}>
              <Chip
                onRemove={() => {
                  onChange(without(id));
                }}
              >
                {obstacle === undefined ? name : `${name}: ${text(`people.obstacle.${obstacle}`)}`}
              </Chip>
            </span>
          ))}
      </div>
      <div className={styles['found']}>
        {found.slice(0, SHOWN).map(({ id, name, standing, obstacle }) => (
          <Check
            key={id}
            label={name}
            description={obstacle === undefined ? standing : `${standing} · ${text(`people.obstacle.${obstacle}`)}`}
            isDisabled={obstacle !== undefined && !chosen.includes(id)}
            isSelected={chosen.includes(id)}
            onChange={(isWanted) => {
              onChange(isWanted ? [...chosen, id] : without(id));
            }}
          />
        ))}
      </div>
      <p role="status" className={styles['quiet']}>
        {text('people.found', { count: found.length, shown: Math.min(found.length, SHOWN) })}
      </p>
    </fieldset>
  );
}

/** Each word begins a word of the name, the title or the post. */
function fits({ name, standing }: Candidate, words: string): boolean {
  const wanted = words.toLocaleLowerCase().split(/\s+/u).filter(Boolean);
  const said = `${name} ${standing}`.toLocaleLowerCase().split(/[\s\-’']+/u);
  return wanted.every((word) => said.some((one) => one.startsWith(word)));
}
