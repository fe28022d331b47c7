import { useState } from 'react';

import type { Power } from '#client';

import type { PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Check, CheckList } from '../../ui/check.js';
import { DayField } from '../../ui/day.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { AskDialog } from './parts.js';
import { useTerm } from './words.js';

/** The powers of an officer, in place of those held before; none end the appointment. */
export function AppointDialog({ person, onClose }: { readonly person: PersonFile; readonly onClose: () => void }) {
  const text = useText();
  const term = useTerm();
  const { appointment } = person;
  const [powers, setPowers] = useState<readonly string[]>(appointment?.powers ?? []);
  const [mayAppoint, setMayAppoint] = useState(appointment?.mayAppoint ?? false);
  const [until, setUntil] = useState(appointment?.until?.slice(0, 10) ?? '');
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const appoint = useAct(
    (desk) =>
      desk.administration.appoint(person.id, {
        powers: powers as Power[],
        mayAppoint: mayAppoint && powers.length > 0,
        ...(until !== '' && { until: `${until}T00:00:00.000Z` }),
      }),
    onClose,
  );
  return (
    <AskDialog
      title={text('appoint.title', { person: person.name })}
      isOpen
      onClose={onClose}
      verb={text('office.sign')}
      onDone={() => {
        appoint.mutate(undefined);
      }}
      isBusy={appoint.isPending}
      error={appoint.error}
    >
      <p className={styles['quiet']}>{text('appoint.about')}</p>
      <CheckList
        label={text('person.powers')}
        options={(standing?.powers ?? []).map((id) => ({ id, text: term('power', id) }))}
        chosen={powers}
        onChange={setPowers}
      />
      <Check label={text('person.mayAppoint')} isSelected={mayAppoint} onChange={setMayAppoint} />
      <DayField
        label={text('appoint.until')}
        description={text('clear.untilAbout')}
        value={until}
        onChange={setUntil}
      />
      {powers.length === 0 && <p className={styles['warning']}>{text('appoint.ends')}</p>}
    </AskDialog>
  );
}
