import { useState } from 'react';

import type { PolicyView } from '#client';
import type { SecurityPolicy } from '#policy';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Tabs } from '../../ui/tabs.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { Code, Loaded, Sheet } from './parts.js';
import { PolicyData } from './PolicyData.js';
import { PolicyEditor } from './PolicyEditor.js';

/** Levels, categories and what they mean: the one in force, those before it, and the next one. */
export default function Policy() {
  const text = useText();
  const [start, setStart] = useState<SecurityPolicy>();
  const query = useAsked(['policy'], (desk) => desk.policies.inForce());
  return (
    <Loaded query={query}>
      {(inForce) =>
        start ? (
          <PolicyEditor
            current={inForce}
            start={start}
            name={start === inForce ? 'policy' : `policy like ${start.id}`}
            onClose={() => {
              setStart(undefined);
            }}
          />
        ) : (
          <Sheet title={text('office.policy')} actions={<Edit inForce={inForce} onEdit={setStart} />}>
            <p className={styles['quiet']}>{text('policy.about')}</p>
            <Tabs
              label={text('office.policy')}
              tabs={[
                { id: 'now', text: text('policy.inForce'), content: <PolicyData policy={inForce} /> },
                { id: 'before', text: text('policy.history'), content: <History /> },
                { id: 'presets', text: text('policy.presets'), content: <Presets onChoose={setStart} /> },
              ]}
            />
          </Sheet>
        )
      }
    </Loaded>
  );
}

interface EditProps {
  readonly inForce: SecurityPolicy;
  readonly onEdit: (policy: SecurityPolicy) => void;
}

function Edit({ inForce, onEdit }: EditProps) {
  const text = useText();
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  if (standing?.powers.includes('clear') !== true) return null;
  return (
    <Button
      manner="main"
      onPress={() => {
        onEdit(inForce);
      }}
    >
      {text('policy.change')}
    </Button>
  );
}

function History() {
  const text = useText();
  const query = useAsked(['policies'], (desk) => desk.policies.history());
  const cell = (view: PolicyView, column: string): React.ReactNode => {
    if (column === 'name') return <bdi>{view.policy.name}</bdi>;
    if (column === 'since') return <When time={view.inForceSince} />;
    if (column === 'state') return view.inForce ? text('policy.inForce') : '';
    if (column === 'statement') return view.seq;
    return <Code>{view.hash.slice(0, 16)}</Code>;
  };
  return (
    <Loaded query={query}>
      {(views) => (
        <Table
          label={text('policy.history')}
          columns={[
            { id: 'name', text: text('policy.name'), isRowHeader: true },
            { id: 'since', text: text('policy.since') },
            { id: 'state', text: text('office.state') },
            { id: 'statement', text: text('log.number') },
            { id: 'hash', text: 'SHA-256' },
          ]}
          rows={views}
          rowId={({ seq }) => String(seq)}
          cell={cell}
          empty={<Empty title={text('policy.noHistory')} />}
        />
      )}
    </Loaded>
  );
}

function Presets({ onChoose }: { readonly onChoose: (policy: SecurityPolicy) => void }) {
  const text = useText();
  const query = useAsked(['presets'], (desk) => desk.policies.presets());
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const mayPropose = standing?.powers.includes('clear') === true;
  return (
    <Loaded query={query}>
      {(presets) => (
        <ul className={styles['list']}>
          {presets.map((preset) => (
            <li key={preset.id} className={styles['act']}>
              <h3 dir="auto">{preset.name}</h3>
              <p dir="ltr">
                {preset.levels
                  .toSorted((a, b) => a.rank - b.rank)
                  .map(({ marking }) => marking)
                  .join(' < ')}
              </p>
              {mayPropose && (
                <div>
                  <Button
                    aria-label={text('policy.startFrom', { name: preset.name })}
                    onPress={() => {
                      onChoose(preset);
                    }}
                  >
                    {text('policy.start')}
                  </Button>
                </div>
              )}
            </li>
          ))}
        </ul>
      )}
    </Loaded>
  );
}
