import { useState } from 'react';

import type { LogEntryView, LogQuery, SignerView } from '#client';

import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useCheck, useRecords } from './asking.js';
import { Code, Loaded } from './parts.js';
import { useSaid } from './words.js';

const PAGE = 40;

/** Statements of the log as this browser has verified them, newest first; each can be proved to be in it. */
export function Statements(wanted: Pick<LogQuery, 'personId' | 'type'>) {
  const { query, more } = useRecords(['statements', wanted.personId, wanted.type], PAGE, (desk, page) =>
    desk.records.entries({ ...wanted, ...page }),
  );
  return <Loaded query={query}>{({ pages }) => <StatementTable rows={pages.flat()} more={more} />}</Loaded>;
}

function StatementTable({
  rows,
  more,
}: {
  readonly rows: readonly LogEntryView[];
  readonly more: (() => void) | undefined;
}) {
  const text = useText();
  const say = useSaid();
  const cell = (entry: LogEntryView, column: string): React.ReactNode => {
    if (column === 'seq') return entry.seq;
    if (column === 'what') return <span dir="auto">{say(entry.said)}</span>;
    if (column === 'signer') return <Signers entry={entry} />;
    if (column === 'at') return <When time={entry.said.at} />;
    return <Prove entry={entry} />;
  };
  return (
    <Table
      label={text('log.statements')}
      columns={[
        { id: 'seq', text: text('log.number') },
        { id: 'what', text: text('log.says'), isRowHeader: true },
        { id: 'signer', text: text('log.signedBy') },
        { id: 'at', text: text('log.at') },
        { id: 'prove', text: text('office.do') },
      ]}
      rows={rows}
      rowId={({ seq }) => String(seq)}
      cell={cell}
      more={more}
      empty={<Empty title={text('log.empty')} />}
    />
  );
}

function Signers({ entry: { signer, cosigner } }: { readonly entry: LogEntryView }) {
  return (
    <>
      <Signer signer={signer} />
      {cosigner && (
        <>
          {' + '}
          <Signer signer={cosigner} />
        </>
      )}
    </>
  );
}

function Signer({ signer: { kind, person, device } }: { readonly signer: SignerView }) {
  const text = useText();
  if (kind === 'root') return text('log.root');
  const name = person?.name ?? '';
  return (
    <>
      <bdi>{name === '' ? (device?.id ?? '') : name}</bdi>
      {device && name !== '' && (
        <span className={styles['quiet']}>
          {' · '}
          <bdi>{device.name}</bdi>
        </span>
      )}
    </>
  );
}

function Prove({ entry: { seq, leaf } }: { readonly entry: LogEntryView }) {
  const text = useText();
  const [proved, setProved] = useState<string>();
  const prove = useCheck(
    (desk) => desk.records.proveInclusion(seq),
    ({ steps, size }) => {
      setProved(text('log.included', { steps, size, seq }));
    },
  );
  if (proved !== undefined) {
    return (
      <div role="status">
        {proved} <Code>{leaf.slice(0, 16)}</Code>
      </div>
    );
  }
  return (
    <Button
      aria-label={text('log.proveNumber', { seq })}
      isBusy={prove.isPending}
      onPress={() => {
        prove.mutate(undefined);
      }}
    >
      {text(prove.error ? 'log.unproved' : 'log.prove')}
    </Button>
  );
}
