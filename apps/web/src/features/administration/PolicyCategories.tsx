import { useState } from 'react';

import type { CategoryType, PolicyCategory } from '#policy';

import { useText } from '../../text/text.js';
import { Chip } from '../../ui/chip.js';
import { Choice } from '../../ui/choice.js';
import { Button, Field } from '../../ui/controls.js';
import styles from './Administration.module.css';
import { withCategory, withNewCategory, withNewValue } from './policyDraft.js';
import type { EditProps } from './policyDraft.js';

const TYPES: readonly CategoryType[] = ['RESTRICTIVE', 'PERMISSIVE', 'INFORMATIVE'];

/** Need-to-know, releasability, handling words: how the values of each decide. */
export function PolicyCategories({ policy, onChange }: EditProps) {
  const text = useText();
  const [name, setName] = useState('');
  const [value, setValue] = useState('');
  return (
    <div className={styles['part']}>
      <ul className={styles['list']}>
        {policy.categories.map((category, index) => (
          <li key={category.tag} className={styles['act']}>
            <Category
              category={category}
              onChange={(change) => {
                onChange(withCategory(policy, index, change));
              }}
              onAdd={(marking) => {
                onChange(withNewValue(policy, index, marking));
              }}
            />
          </li>
        ))}
      </ul>
      <div className={styles['row']}>
        <Field label={text('policy.newCategory')} value={name} onChange={setName} />
        <Field label={text('policy.firstValue')} value={value} onChange={setValue} />
        <Button
          isDisabled={name.trim() === '' || value.trim() === ''}
          onPress={() => {
            onChange(withNewCategory(policy, name.trim(), value.trim()));
            setName('');
            setValue('');
          }}
        >
          {text('policy.addCategory')}
        </Button>
      </div>
    </div>
  );
}

interface CategoryProps {
  readonly category: PolicyCategory;
  readonly onChange: (change: Partial<PolicyCategory>) => void;
  readonly onAdd: (marking: string) => void;
}

function Category({ category: { tag, name = tag, type, values }, onChange, onAdd }: CategoryProps) {
  const text = useText();
  const [marking, setMarking] = useState('');
  return (
    <div className={styles['part']} role="group" aria-label={name}>
      <h3 dir="auto">{name}</h3>
      <Choice
        label={text('policy.decides')}
        value={type}
        onChange={(id) => {
          onChange({ type: id as CategoryType });
        }}
        options={TYPES.map((id) => ({ id, text: text(`policy.type.${id}`) }))}
      />
      <div className={styles['row']}>
        {values.map((value) => (
          <Chip
            key={value.id}
            {...(values.length > 1 && {
              onRemove: () => {
                onChange({ values: values.filter(({ id }) => id !== value.id) });
              },
            })}
          >
            {value.marking}
          </Chip>
        ))}
      </div>
      <div className={styles['row']}>
        <Field label={text('policy.newValue')} value={marking} onChange={setMarking} />
        <Button
          isDisabled={marking.trim() === ''}
          aria-label={text('policy.addValueTo', { name })}
          onPress={() => {
            onAdd(marking.trim());
            setMarking('');
          }}
        >
          {text('policy.addValue')}
        </Button>
      </div>
    </div>
  );
}
