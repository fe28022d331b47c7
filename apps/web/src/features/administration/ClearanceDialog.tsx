import { useState } from 'react';

import type { SecurityPolicy } from '#policy';

import type { ClearanceForm, PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Check } from '../../ui/check.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { ClearanceFields } from './ClearanceFields.js';
import { AskDialog } from './parts.js';

interface ClearanceDialogProps {
  readonly person: PersonFile;
  readonly onClose: () => void;
}

/** What somebody may read from now on. */
export function ClearanceDialog(props: ClearanceDialogProps) {
  const { data: policy } = useAsked(['policy'], (desk) => desk.policies.inForce());
  return policy ? <Form {...props} policy={policy} /> : null;
}

function Form({ person, onClose, policy }: ClearanceDialogProps & { readonly policy: SecurityPolicy }) {
  const text = useText();
  const [isNone, setNone] = useState(false);
  const [clearance, setClearance] = useState<ClearanceForm>({
    level: person.level ?? lowestOf(policy),
    categories: person.categories,
    ...(person.clearedUntil !== undefined && { until: person.clearedUntil }),
  });
  const clear = useAct((desk) => desk.administration.clear(person.id, isNone ? undefined : clearance), onClose);
  return (
    <AskDialog
      title={text('clear.title', { person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('office.sign')}
      onDone={() => {
        clear.mutate(undefined);
      }}
      isBusy={clear.isPending}
      error={clear.error}
    >
      <p className={styles['quiet']}>{text('clear.about')}</p>
      {person.level !== undefined && <Check label={text('clear.withdraw')} isSelected={isNone} onChange={setNone} />}
      {!isNone && <ClearanceFields policy={policy} clearance={clearance} onChange={setClearance} />}
      <p className={styles['warning']}>{text('clear.removed')}</p>
    </AskDialog>
  );
}

export function lowestOf({ levels }: SecurityPolicy): string {
  return levels.toSorted((a, b) => a.rank - b.rank)[0]?.id ?? '';
}
