import type { PolicyEquivalence, PolicyLevel, SecurityPolicy } from '#policy';

import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import { categoryWords } from '../../ui/labels.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { Held, Part } from './parts.js';

/** A policy as the data that it is. */
export function PolicyData({ policy }: { readonly policy: SecurityPolicy }) {
  const text = useText();
  return (
    <div className={styles['part']}>
      <h2 dir="auto">{policy.name}</h2>
      <Part title={text('policy.levels')}>
        <Levels levels={policy.levels.toSorted((a, b) => b.rank - a.rank)} />
      </Part>
      <Part title={text('policy.categories')}>
        <Facts
          facts={policy.categories.map(({ tag, name = tag, type, values }) => [
            categoryWords(name),
            `${text(`policy.type.${type}` as TextId)}: ${values.map(({ marking }) => marking).join(' · ')}`,
          ])}
        />
      </Part>
      <Part title={text('policy.precedences')}>
        <Facts
          facts={policy.precedences.map(({ marking, handlingMinutes }) => [
            marking,
            text('policy.minutes', { count: handlingMinutes }),
          ])}
        />
      </Part>
      {policy.equivalences !== undefined && (
        <Part title={text('policy.equivalences')}>
          <Equivalences rows={policy.equivalences} />
        </Part>
      )}
    </div>
  );
}

function Levels({ levels }: { readonly levels: readonly PolicyLevel[] }) {
  const text = useText();
  const cell = (level: PolicyLevel, column: string): React.ReactNode => {
    if (column === 'marking') return <Held marking={level.marking} />;
    if (column === 'portion') return level.portion ?? '';
    if (column === 'rank') return level.rank;
    if (column === 'freshness')
      return level.freshness === undefined ? '—' : text('policy.days', { count: level.freshness });
    if (!level.rotation) return '—';
    const { days, messages } = level.rotation;
    return text('policy.rotationRule', { days, messages });
  };
  return (
    <Table
      label={text('policy.levels')}
      columns={[
        { id: 'marking', text: text('policy.marking'), isRowHeader: true },
        { id: 'portion', text: text('policy.portion') },
        { id: 'rank', text: text('policy.rank') },
        { id: 'rotation', text: text('policy.rotation') },
        { id: 'freshness', text: text('policy.freshness') },
      ]}
      rows={levels}
      rowId={({ id }) => id}
      cell={cell}
      empty={null}
    />
  );
}

function Equivalences({ rows }: { readonly rows: readonly PolicyEquivalence[] }) {
  const text = useText();
  const cell = (row: PolicyEquivalence, column: string): React.ReactNode => {
    if (column === 'from') return <bdi>{`${row.fromPolicy} ${row.fromLevel}`}</bdi>;
    if (column === 'action') return text(`policy.action.${row.action}` as TextId);
    if (column === 'to') return <bdi>{`${row.toPolicy} ${row.toLevel ?? ''}`}</bdi>;
    return <When time={row.validFrom} style="date" />;
  };
  return (
    <Table
      label={text('policy.equivalences')}
      columns={[
        { id: 'from', text: text('policy.from'), isRowHeader: true },
        { id: 'action', text: text('policy.action') },
        { id: 'to', text: text('policy.to') },
        { id: 'since', text: text('policy.since') },
      ]}
      rows={rows}
      rowId={({ fromPolicy, fromLevel, toPolicy, validFrom }) => [fromPolicy, fromLevel, toPolicy, validFrom].join(' ')}
      cell={cell}
      empty={null}
    />
  );
}
