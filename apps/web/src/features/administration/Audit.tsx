import { useState } from 'react';

import type { AuditEntryView, AuditKind, AuditQuery, AuditReport } from '#client';

import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { today } from '../../ui/save.js';
import { Empty, Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked, useCheck, useRecords } from './asking.js';
import { AuditFilters } from './AuditFilters.js';
import type { AuditFilter } from './AuditFilters.js';
import { Code, Loaded, Part, SaveRecords, Sheet } from './parts.js';
import { useTerm } from './words.js';

const PAGE = 60;
/** Judging every entry on every screen would hide the ones that matter. */
const MAX_PROBLEMS = 50;

/** What was done and tried at the server, and whether its record holds. */
export default function Audit() {
  const text = useText();
  return (
    <Sheet
      title={text('office.audit')}
      actions={
        <SaveRecords
          words={text('audit.export')}
          name={`audit-${today()}.jsonl`}
          take={(desk) => desk.records.exportAudit()}
        />
      }
    >
      <p className={styles['quiet']}>{text('audit.about')}</p>
      <Losses />
      <Verification />
      <Browser />
    </Sheet>
  );
}

/** What this device has seen and the server no longer has. */
function Losses() {
  const text = useText();
  const { data } = useAsked(['auditMemory'], (desk) => desk.records.auditMemory());
  const dismiss = useAct((desk) => desk.records.dismissLosses());
  if (!data || data.lost.length === 0) return null;
  const entries = data.lost.map(({ entry }) => entry).join(', ');
  return (
    <div className={styles['warning']} role="alert">
      <p>{text('audit.lost', { entries })}</p>
      <Button
        onPress={() => {
          dismiss.mutate(undefined);
        }}
      >
        {text('audit.dismiss')}
      </Button>
    </div>
  );
}

function Verification() {
  const text = useText();
  const verify = useCheck((desk) => desk.records.verifyAudit());
  const seal = useAct((desk) => desk.records.seal());
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  return (
    <Part title={text('log.verification')}>
      <div className={styles['row']}>
        <Button
          manner="main"
          isBusy={verify.isPending}
          onPress={() => {
            verify.mutate(undefined);
          }}
        >
          {text('audit.verify')}
        </Button>
        {standing?.powers.includes('witness') === true && (
          <Button
            isBusy={seal.isPending}
            onPress={() => {
              seal.mutate(undefined);
            }}
          >
            {text('audit.seal')}
          </Button>
        )}
      </div>
      <Failure error={verify.error ?? seal.error} />
      {seal.data && (
        <p role="status" className={styles['good']}>
          {text('audit.sealed', { entry: seal.data.entry })}
        </p>
      )}
      {verify.data && <Judged report={verify.data} />}
    </Part>
  );
}

/** The outcome in plain words: what was checked, up to where it can't be changed any more, and what is wrong. */
function Judged({ report }: { readonly report: AuditReport }) {
  const text = useText();
  const { entries, sealedUpTo, heads, seenUpTo, signatures, problems } = report;
  const sure = Math.max(sealedUpTo, seenUpTo);
  if (problems.length > 0) {
    return (
      <div role="status" className={styles['warning']}>
        <p>{text('audit.broken', { count: problems.length })}</p>
        <ul className={styles['points']}>
          {problems.slice(0, MAX_PROBLEMS).map(({ code, entry }) => (
            <li key={`${code} ${entry}`}>{text(`audit.problem.${code}` as TextId, { entry })}</li>
          ))}
        </ul>
      </div>
    );
  }
  return (
    <div role="status" className={styles['good']}>
      <p>{text('audit.verified', { count: entries })}</p>
      <ul className={styles['points']}>
        <li>{text('audit.chain')}</li>
        <li>{text('audit.heads', { count: heads, entry: sealedUpTo })}</li>
        <li>{text('audit.seen', { entry: seenUpTo })}</li>
        <li>{text('audit.signatures', { count: signatures })}</li>
        {sure < entries && <li>{text('audit.open', { entry: sure })}</li>}
      </ul>
    </div>
  );
}

function Browser() {
  const [filter, setFilter] = useState<AuditFilter>({});
  const { query, more } = useRecords(['audit', filter], PAGE, (desk, page) =>
    desk.records.audit({ ...queryOf(filter), ...page }),
  );
  return (
    <div className={styles['part']}>
      <AuditFilters filter={filter} onChange={setFilter} />
      <Loaded query={query}>{({ pages }) => <EntryTable rows={pages.flat()} more={more} />}</Loaded>
    </div>
  );
}

function queryOf({ kind, personId, deviceId, since, until }: AuditFilter): AuditQuery {
  return {
    ...(kind !== undefined && { kind: kind as AuditKind }),
    ...(personId !== undefined && { personId }),
    ...(deviceId !== undefined && { deviceId }),
    ...(since !== undefined && { since: `${since}T00:00:00.000Z` }),
    ...(until !== undefined && { until: `${until}T00:00:00.000Z` }),
  };
}

interface EntryTableProps {
  readonly rows: readonly AuditEntryView[];
  readonly more: (() => void) | undefined;
}

function EntryTable({ rows, more }: EntryTableProps) {
  const text = useText();
  const cell = (entry: AuditEntryView, column: string): React.ReactNode => {
    if (column === 'seq') return entry.seq;
    if (column === 'at') return <When time={entry.at} />;
    if (column === 'who') return <bdi>{entry.personName === '' ? (entry.deviceId ?? '') : entry.personName}</bdi>;
    if (column === 'what') return <Done entry={entry} />;
    if (column === 'signed') return text(entry.signed ? 'office.yes' : 'office.no');
    const outcome = entry.outcome === 'DONE' ? text('audit.done') : entry.outcome;
    return (
      <span className={styles['state']} data-bad={entry.outcome !== 'DONE'}>
        {entry.count > 1 ? text('audit.times', { outcome, count: entry.count }) : outcome}
      </span>
    );
  };
  return (
    <Table
      label={text('office.audit')}
      columns={[
        { id: 'seq', text: text('log.number') },
        { id: 'at', text: text('log.at') },
        { id: 'who', text: text('audit.who') },
        { id: 'what', text: text('audit.what'), isRowHeader: true },
        { id: 'outcome', text: text('audit.outcome') },
        { id: 'signed', text: text('audit.signed') },
      ]}
      rows={rows}
      rowId={({ seq }) => String(seq)}
      cell={cell}
      more={more}
      empty={<Empty title={text('audit.none')} />}
    />
  );
}

/** Statements have words; other operations go by their own name. */
function Done({ entry: { kind, operation } }: { readonly entry: AuditEntryView }) {
  const term = useTerm();
  return (
    <>
      {term('auditKind', kind)}: {kind === 'statement' ? term('said', operation) : <Code>{operation}</Code>}
    </>
  );
}
