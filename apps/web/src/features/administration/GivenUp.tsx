import { useState } from 'react';

import type { RefusedWork } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { Code, Loaded } from './parts.js';

const nameOf = ({ kind, code }: RefusedWork): string => `${kind}, ${code}`;
const isolated = (words: string): string => `\u2068${words}\u2069`;

/** Work that failed too often, and the way to have it tried again; never what it is about, how much it is, or when it failed. */
export function GivenUp({ refused }: { readonly refused: readonly RefusedWork[] }) {
  const text = useText();
  const standing = useAsked(['standing'], (desk) => desk.administration.standing());
  const [retried, setRetried] = useState<readonly RefusedWork[]>([]);
  const retry = useAct(async (desk, work: RefusedWork) => {
    await desk.administration.retryJobs(work);
    setRetried((before) => [...before.filter((one) => nameOf(one) !== nameOf(work)), work]);
  });
  const listed = new Set(refused.map(nameOf));
  return (
    <>
      <Loaded query={standing}>
        {({ permissions }) => (
          <GivenUpTable
            refused={refused}
            retry={permissions.includes('upkeep.repair') ? retry.mutate : undefined}
            isBusy={retry.isPending}
          />
        )}
      </Loaded>
      <Failure error={retry.error} />
      <div role="status">
        {retried
          .filter((work) => !listed.has(nameOf(work)))
          .map((work) => (
            <p key={nameOf(work)}>{text('health.retried', { work: isolated(nameOf(work)) })}</p>
          ))}
      </div>
    </>
  );
}

interface GivenUpTableProps {
  readonly refused: readonly RefusedWork[];
  /** Undefined for those who may only look. */
  readonly retry: ((work: RefusedWork) => void) | undefined;
  readonly isBusy: boolean;
}

function GivenUpTable({ refused, retry, isBusy }: GivenUpTableProps) {
  const text = useText();
  const cell = (work: RefusedWork, column: string): React.ReactNode => {
    if (column !== 'do') return <Code>{column === 'kind' ? work.kind : work.code}</Code>;
    return (
      <Button
        aria-label={text('health.retry', { work: isolated(nameOf(work)) })}
        isBusy={isBusy}
        onPress={() => {
          if (!isBusy) retry?.(work);
        }}
      >
        {text('ui.retry')}
      </Button>
    );
  };
  const columns = [
    { id: 'kind', text: text('health.refused'), isRowHeader: true },
    { id: 'code', text: text('health.code') },
  ];
  return (
    <Table
      label={text('health.refused')}
      columns={retry ? [...columns, { id: 'do', text: text('office.do') }] : columns}
      rows={refused}
      rowId={nameOf}
      cell={cell}
      empty={<p className={styles['good']}>{text('health.noRefused')}</p>}
    />
  );
}
