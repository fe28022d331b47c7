import { useState } from 'react';

import type { PolicyLevel } from '#policy';

import { useText } from '../../text/text.js';
import { Button, Field } from '../../ui/controls.js';
import styles from './Administration.module.css';
import { loweredLevel, withLevel, withNewLevel, withoutLevel } from './policyDraft.js';
import type { EditProps } from './policyDraft.js';

/** Levels, the least sensitive first. */
export function PolicyLevels({ policy, onChange }: EditProps) {
  const text = useText();
  const [name, setName] = useState('');
  return (
    <div className={styles['part']}>
      <ul className={styles['list']}>
        {policy.levels.map((level, index) => (
          <li key={level.id} className={styles['act']}>
            <Level
              level={level}
              onChange={(change) => {
                onChange(withLevel(policy, index, change));
              }}
            />
            <div className={styles['row']}>
              <Button
                isDisabled={index === 0}
                aria-label={text('policy.lowerNamed', { name: level.marking })}
                onPress={() => {
                  onChange(loweredLevel(policy, index));
                }}
              >
                {text('policy.lower')}
              </Button>
              <Button
                manner="danger"
                isDisabled={policy.levels.length === 1}
                aria-label={text('ui.remove', { what: level.marking })}
                onPress={() => {
                  onChange(withoutLevel(policy, index));
                }}
              >
                {text('policy.remove')}
              </Button>
            </div>
          </li>
        ))}
      </ul>
      <div className={styles['row']}>
        <Field label={text('policy.newLevel')} value={name} onChange={setName} />
        <Button
          isDisabled={name.trim() === ''}
          onPress={() => {
            onChange(withNewLevel(policy, name.trim()));
            setName('');
          }}
        >
          {text('policy.addLevel')}
        </Button>
      </div>
    </div>
  );
}

interface LevelProps {
  readonly level: PolicyLevel;
  readonly onChange: (change: Partial<PolicyLevel>) => void;
}

function Level({ level, onChange }: LevelProps) {
  const text = useText();
  const { marking, portion = '', colour, rotation = { days: 7, messages: 1000 }, freshness = 14 } = level;
  return (
    <div className={styles['pairs']} role="group" aria-label={marking}>
      <Field
        label={text('policy.marking')}
        value={marking}
        onChange={(words) => {
          onChange({ marking: words });
        }}
      />
      <Field
        label={text('policy.portion')}
        value={portion}
        onChange={(words) => {
          onChange({ portion: words });
        }}
      />
      <Field
        label={text('policy.colour')}
        type="color"
        value={colour}
        onChange={(chosen) => {
          onChange({ colour: chosen });
        }}
      />
      <Field
        label={text('policy.rotationDays')}
        type="number"
        value={String(rotation.days)}
        onChange={(days) => {
          onChange({ rotation: { ...rotation, days: Number(days) } });
        }}
      />
      <Field
        label={text('policy.rotationMessages')}
        type="number"
        value={String(rotation.messages)}
        onChange={(messages) => {
          onChange({ rotation: { ...rotation, messages: Number(messages) } });
        }}
      />
      <Field
        label={text('policy.freshnessDays')}
        type="number"
        value={String(freshness)}
        onChange={(days) => {
          onChange({ freshness: Number(days) });
        }}
      />
    </div>
  );
}
