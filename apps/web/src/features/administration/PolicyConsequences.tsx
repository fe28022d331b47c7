import type { LabelImpact } from '#policy';

import type { Consequences, ReaderChange } from '../../worker/policies/protocol.js';
import { useText } from '../../text/text.js';
import { Table } from '../../ui/table.js';
import styles from './Administration.module.css';
import { Held, Part } from './parts.js';

/** Who would gain and who would lose access, by name, before anybody signs. */
export function PolicyConsequences({ consequences }: { readonly consequences: Consequences }) {
  const text = useText();
  const { lost, people, documents, conversations } = consequences;
  return (
    <div role="status" className={styles['part']}>
      {lost.length > 0 && (
        <div className={styles['warning']}>
          <p>{text('policy.lost')}</p>
          <ul className={styles['points']}>
            {lost.map((name) => (
              <li key={name} dir="auto">
                {name}
              </li>
            ))}
          </ul>
        </div>
      )}
      <Part title={text('policy.people')}>
        <p className={styles['quiet']}>{text('policy.peopleAbout')}</p>
        <PeopleTable people={people} />
      </Part>
      <Part title={text('policy.papers')}>
        <Impacts label={text('policy.papers')} impacts={documents} />
      </Part>
      <Part title={text('policy.conversations')}>
        <Impacts label={text('policy.conversations')} impacts={conversations} />
      </Part>
    </div>
  );
}

function PeopleTable({ people }: { readonly people: readonly ReaderChange[] }) {
  const text = useText();
  const cell = (person: ReaderChange, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{person.name}</bdi>;
    if (column === 'post') return <bdi>{person.postName}</bdi>;
    if (column === 'gains') {
      return text('policy.counts', { papers: person.gainedPapers, conversations: person.gainedConversations });
    }
    if (column === 'loses') {
      return text('policy.counts', { papers: person.lostPapers, conversations: person.lostConversations });
    }
    return person.isUnclear ? text('policy.unclear') : '';
  };
  return (
    <Table
      label={text('policy.people')}
      columns={[
        { id: 'person', text: text('person.name'), isRowHeader: true },
        { id: 'post', text: text('person.post') },
        { id: 'gains', text: text('policy.gains') },
        { id: 'loses', text: text('policy.loses') },
        { id: 'clearance', text: text('person.clearance') },
      ]}
      rows={people}
      rowId={({ personId }) => personId}
      cell={cell}
      empty={<p className={styles['good']}>{text('policy.nobody')}</p>}
    />
  );
}

function Impacts({ label, impacts }: { readonly label: string; readonly impacts: readonly LabelImpact[] }) {
  const text = useText();
  const cell = (impact: LabelImpact, column: string): React.ReactNode => {
    if (column === 'before') return <Held marking={impact.before} />;
    if (column === 'after')
      return impact.after === undefined ? text('policy.noMeaning') : <Held marking={impact.after} />;
    if (column === 'count') return impact.count;
    return column === 'gained' ? impact.gained : impact.lost;
  };
  return (
    <Table
      label={label}
      columns={[
        { id: 'before', text: text('policy.before'), isRowHeader: true },
        { id: 'after', text: text('policy.after') },
        { id: 'count', text: text('policy.count') },
        { id: 'gained', text: text('policy.gained') },
        { id: 'lost', text: text('policy.losing') },
      ]}
      rows={impacts}
      rowId={({ before }) => before}
      cell={cell}
      empty={<p className={styles['quiet']}>{text('policy.noneKnown')}</p>}
    />
  );
}
