import { useEffect, useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import { Field } from '../../ui/controls.js';
import type { Desk } from '../../worker/protocol.js';
import styles from './Opening.module.css';

type Strength = Awaited<ReturnType<Desk['opening']['strength']>>;

interface PassphraseFieldProps {
  readonly value: string;
  readonly onChange: (value: string) => void;
  readonly error: string | undefined;
  /** Words that an attacker would try first. */
  readonly personal?: readonly string[];
}

const NOBODY: readonly string[] = [];

/** A passphrase that is being chosen: nobody can reset it, so it can be looked at, and its strength is said while one types. */
export function PassphraseField({ value, onChange, error, personal = NOBODY }: PassphraseFieldProps) {
  const text = useText();
  const [isShown, show] = useState(false);
  const strength = useStrength(value, personal);
  return (
    <div className={styles['choosing']}>
      <Field
        label={text('opening.passphrase')}
        description={text('opening.enrol.passphraseHelp')}
        type={isShown ? 'text' : 'password'}
        autoComplete="new-password"
        value={value}
        onChange={onChange}
        error={error}
        isRequired
      />
      <StrengthMeter strength={value === '' ? undefined : strength} />
      <Check label={text('opening.show')} isSelected={isShown} onChange={show} />
    </div>
  );
}

/** Told by the worker, where the estimator and its dictionaries are. */
function useStrength(passphrase: string, personal: readonly string[]): Strength | undefined {
  const { desk } = useSession();
  const [strength, setStrength] = useState<Strength>();
  useEffect(() => {
    let isWanted = true;
    void desk.opening.strength(passphrase, personal).then((answer) => {
      if (isWanted) setStrength(answer);
    });
    return () => {
      isWanted = false;
    };
  }, [desk, passphrase, personal]);
  return strength;
}

const MOST = 4;
const WORDS = ['guessed', 'guessed', 'weak', 'good', 'strong'] as const;

function StrengthMeter({ strength }: { readonly strength: Strength | undefined }) {
  const text = useText();
  const score = strength?.score ?? 0;
  return (
    <div className={styles['strength']}>
      <div aria-hidden="true" className={styles['meter']} data-enough={strength?.isEnough ?? false}>
        {Array.from({ length: MOST }, (_part, index) => (
          <span key={index} data-filled={strength !== undefined && index < Math.max(score, 1)} />
        ))}
      </div>
      <span role="status">{strength && text(`opening.strength.${WORDS[score] ?? 'guessed'}`)}</span>
    </div>
  );
}
