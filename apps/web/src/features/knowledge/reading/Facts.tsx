import { useIntl } from 'react-intl';
import { Link } from 'wouter';

import { useText } from '../../../text/text.js';
import { Notice } from '../../../ui/controls.js';
import { Marking } from '../../../ui/marking.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import { useDates, useNames, usePeople } from '../words.js';
import styles from './reading.module.css';

/** Above the text: marking, kind, origin; version and where it stands; the fields of its kind. */
export function Facts({ paper }: { readonly paper: Paper }) {
  const { label, kind, number, from, to, place, version, dates, supersededBy, state, fields } = paper;
  const text = useText();
  const intl = useIntl();
  const names = useNames();
  const author = usePeople().get(version.authorId)?.name ?? text('person.unknown');
  const made = intl.formatDate(version.createdAt, { dateStyle: 'long' });
  const said = useDates()(paper);
  const facts = [names.kind(kind), number, said, place, from, to].filter((fact) => fact !== null);
  return (
    <>
      <p className={styles['facts']}>
        <Marking text={label.marking} />
        {facts.map((fact, index) => (
          <bdi key={index}>{fact}</bdi>
        ))}
      </p>
      <p className={styles['quiet']}>
        {text('paper.version', { number: version.number, date: made, author })} · <strong>{names.state(state)}</strong>
        {version.changeNote !== '' && <bdi> · {version.changeNote}</bdi>}
      </p>
      {dates.isExpired && <Notice>{text('paper.expired')}</Notice>}
      {supersededBy !== null && (
        <p>
          <Link to={`/papers/${supersededBy}`}>{text('paper.superseded')}</Link>
        </p>
      )}
      <Fields fields={fields} />
    </>
  );
}

function Fields({ fields }: Pick<Paper, 'fields'>) {
  const names = useNames();
  const said = fields.filter(({ value }) => value.trim() !== '');
  if (said.length === 0) return null;
  return (
    <dl className={styles['fields']}>
      {said.map(({ name, value }, index) => (
        <div key={index}>
          <dt>{names.field(name)}</dt>
          <dd dir="auto">{value}</dd>
        </div>
      ))}
    </dl>
  );
}
