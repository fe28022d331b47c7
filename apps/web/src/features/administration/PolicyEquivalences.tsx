import { useState } from 'react';

import type { PolicyEquivalence } from '#policy';

import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button, Field } from '../../ui/controls.js';
import { today } from '../../ui/save.js';
import styles from './Administration.module.css';
import { withEquivalence, withoutEquivalence } from './policyDraft.js';
import type { EditProps } from './policyDraft.js';

const ACTIONS: readonly PolicyEquivalence['action'][] = ['map', 'upgrade', 'refuse'];

/** How levels of others are read here. */
export function PolicyEquivalences({ policy, onChange }: EditProps) {
  const text = useText();
  const rows = policy.equivalences ?? [];
  return (
    <div className={styles['part']}>
      <ul className={styles['list']}>
        {rows.map((row, index) => (
          <li key={[row.fromPolicy, row.fromLevel, row.toPolicy, row.validFrom].join(' ')} className={styles['row']}>
            <span dir="auto">
              {`${row.fromPolicy} ${row.fromLevel}`} · {text(`policy.action.${row.action}`)} ·{' '}
              {`${row.toPolicy} ${row.toLevel ?? ''}`}
            </span>
            <Button
              aria-label={text('ui.remove', { what: `${row.fromPolicy} ${row.fromLevel}` })}
              onPress={() => {
                onChange(withoutEquivalence(policy, index));
              }}
            >
              {text('policy.remove')}
            </Button>
          </li>
        ))}
      </ul>
      <NewRow policy={policy} onChange={onChange} />
    </div>
  );
}

function NewRow({ policy, onChange }: EditProps) {
  const text = useText();
  const [fromPolicy, setFromPolicy] = useState('');
  const [fromLevel, setFromLevel] = useState('');
  const [action, setAction] = useState<PolicyEquivalence['action']>('map');
  const [toLevel, setToLevel] = useState(policy.levels[0]?.id ?? '');
  const add = (): void => {
    const row = { fromPolicy: fromPolicy.trim(), fromLevel: fromLevel.trim(), toPolicy: policy.id, action };
    const target = action === 'refuse' ? {} : { toLevel };
    onChange(withEquivalence(policy, { ...row, ...target, validFrom: `${today()}T00:00:00Z` }));
    setFromPolicy('');
    setFromLevel('');
  };
  return (
    <div className={styles['row']}>
      <Field label={text('policy.fromPolicy')} value={fromPolicy} onChange={setFromPolicy} />
      <Field label={text('policy.fromLevel')} value={fromLevel} onChange={setFromLevel} />
      <Choice
        label={text('policy.action')}
        value={action}
        onChange={(id) => {
          setAction(id as PolicyEquivalence['action']);
        }}
        options={ACTIONS.map((id) => ({ id, text: text(`policy.action.${id}`) }))}
      />
      {action !== 'refuse' && (
        <Choice
          label={text('policy.toLevel')}
          value={toLevel}
          onChange={setToLevel}
          options={policy.levels.map(({ id, marking }) => ({ id, text: marking }))}
        />
      )}
      <Button isDisabled={fromPolicy.trim() === '' || fromLevel.trim() === ''} onPress={add}>
        {text('policy.addRow')}
      </Button>
    </div>
  );
}
