import { useState } from 'react';

import type { CosignerView, LogAlarm, LogReport } from '#client';

import type { LogState } from '../../worker/records/protocol.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { today } from '../../ui/save.js';
import { Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Tabs } from '../../ui/tabs.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked, useCheck } from './asking.js';
import { Code, Confirm, Loaded, Part, SaveRecords, Sheet } from './parts.js';
import { ServerKeys } from './ServerKeys.js';
import { Statements } from './Statements.js';
import { useTerm } from './words.js';

const TYPES = [
  ...(['root', 'appoint', 'enrol', 'assign', 'clear', 'addDevice', 'revokeDevice', 'revokePerson'] as const),
  ...([
    'revokePost',
    'rotateIdentity',
    'auditHead',
    'campaign',
    'endCampaign',
    'policy',
    'release',
    'serverKey',
  ] as const),
];
const ALL = 'all';

/** Every signed statement about who is who, as this browser has verified it. */
export default function Log() {
  const text = useText();
  const query = useAsked(['log'], (desk) => desk.records.log());
  return (
    <Sheet
      title={text('office.log')}
      actions={
        <SaveRecords
          words={text('log.export')}
          name={`log-${today()}.json`}
          take={(desk) => desk.records.exportLog()}
        />
      }
    >
      <p className={styles['quiet']}>{text('log.about')}</p>
      <Loaded query={query}>
        {(log) => (
          <>
            <Alarms alarms={log.alarms} />
            <Verification log={log} />
            <Tabs
              label={text('office.log')}
              tabs={[
                { id: 'statements', text: text('log.statements'), content: <Filtered /> },
                { id: 'cosigners', text: text('log.cosigners'), content: <Cosigners cosigners={log.cosigners} /> },
                { id: 'keys', text: text('log.serverKeys'), content: <ServerKeys /> },
              ]}
            />
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

/** What this browser has computed itself, and what it can have proved. */
function Verification({ log }: { readonly log: LogState }) {
  const text = useText();
  const verify = useCheck((desk) => desk.records.verifyLog());
  const prove = useCheck((desk) => desk.records.proveConsistency());
  return (
    <Part title={text('log.verification')}>
      <Facts
        facts={[
          [text('log.size'), log.size],
          [text('log.tree'), <Code>{log.root}</Code>],
          [text('log.rootFingerprint'), <Code>{log.rootGroups.join(' ')}</Code>],
          [
            text('log.checkpoint'),
            text(log.isSigned ? 'log.signedUpTo' : 'log.unsigned', { size: log.checkpointSize }),
          ],
          [
            text('log.cosigned'),
            log.cosigned === 0 ? text('office.no') : text('log.signedUpTo', { size: log.cosigned }),
          ],
        ]}
      />
      <div className={styles['row']}>
        <Button
          isBusy={verify.isPending}
          onPress={() => {
            verify.mutate(undefined);
          }}
        >
          {text('log.replay')}
        </Button>
        <Button
          isBusy={prove.isPending}
          onPress={() => {
            prove.mutate(undefined);
          }}
        >
          {text('log.proveGrowth')}
        </Button>
      </div>
      <Failure error={verify.error ?? prove.error} />
      {verify.data && <Replayed report={verify.data} />}
      {prove.data && (
        <p role="status" className={styles['good']}>
          {text('log.consistent', { of: prove.data.of, size: prove.data.size, steps: prove.data.steps })}
        </p>
      )}
    </Part>
  );
}

function Replayed({ report }: { readonly report: LogReport }) {
  const text = useText();
  return (
    <div role="status" className={styles['good']}>
      <p>{text('log.replayed', { size: report.size })}</p>
      <ul className={styles['points']}>
        <li>{text('log.replayedEach')}</li>
        <li>{text('log.replayedRoot')}</li>
        <li>{text(report.signedBy === undefined ? 'log.unsigned' : 'log.replayedSigned')}</li>
        <li>{text('log.replayedCosigned', { count: report.cosigners.length })}</li>
      </ul>
    </div>
  );
}

function Filtered() {
  const text = useText();
  const term = useTerm();
  const [type, setType] = useState<string>(ALL);
  const options = [{ id: ALL, text: text('log.allKinds') }, ...TYPES.map((id) => ({ id, text: term('said', id) }))];
  const chosen = TYPES.find((one) => one === type);
  return (
    <div className={styles['part']}>
      <div className={styles['narrow']}>
        <Choice label={text('log.kind')} value={type} onChange={setType} options={options} />
      </div>
      <Statements key={type} {...(chosen && { type: chosen })} />
    </div>
  );
}

function Cosigners({ cosigners }: { readonly cosigners: readonly CosignerView[] }) {
  const text = useText();
  const cell = (cosigner: CosignerView, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{cosigner.personName}</bdi>;
    if (column === 'as') return text(cosigner.isWitness ? 'log.witness' : 'log.mission');
    return <When time={cosigner.at} />;
  };
  return (
    <Table
      label={text('log.cosigners')}
      columns={[
        { id: 'person', text: text('person.name'), isRowHeader: true },
        { id: 'as', text: text('log.as') },
        { id: 'at', text: text('log.at') },
      ]}
      rows={cosigners}
      rowId={({ deviceId }) => deviceId}
      cell={cell}
      empty={<p className={styles['quiet']}>{text('log.noCosigners')}</p>}
    />
  );
}

/** What the server should never have shown: those that stand stop all sending. */
function Alarms({ alarms }: { readonly alarms: readonly LogAlarm[] }) {
  const text = useText();
  const [ending, setEnding] = useState<LogAlarm>();
  const close = (): void => {
    setEnding(undefined);
  };
  const dismiss = useAct((desk) => desk.records.dismissAlarm(ending?.id ?? 0), close);
  if (alarms.length === 0) return <p className={styles['good']}>{text('log.noAlarms')}</p>;
  return (
    <Part title={text('log.alarms')}>
      <ul className={styles['list']}>
        {alarms.map((alarm) => (
          <li key={alarm.id} className={styles['act']}>
            <Alarm alarm={alarm} onEnd={setEnding} />
          </li>
        ))}
      </ul>
      <Confirm
        title={text('log.dismiss')}
        isOpen={ending !== undefined}
        onClose={close}
        verb={text('log.dismiss')}
        onConfirm={() => {
          dismiss.mutate(undefined);
        }}
        isBusy={dismiss.isPending}
        error={dismiss.error}
        happens={[text('log.dismissHappens')]}
        forGood={[text('log.dismissForGood')]}
      />
    </Part>
  );
}

function Alarm({ alarm, onEnd }: { readonly alarm: LogAlarm; readonly onEnd: (alarm: LogAlarm) => void }) {
  const text = useText();
  return (
    <>
      <h3>{text(`alarm.${alarm.code}` as TextId)}</h3>
      <p>
        <When time={alarm.raisedAt} />
        {alarm.endedAt !== undefined && (
          <>
            {' – '}
            <When time={alarm.endedAt} />
          </>
        )}
      </p>
      {alarm.shown !== undefined && (
        <details>
          <summary>{text('log.evidence')}</summary>
          <Code>{`${alarm.seen ?? ''}\n${alarm.shown}`}</Code>
        </details>
      )}
      {alarm.endedAt === undefined && (
        <Button
          manner="danger"
          onPress={() => {
            onEnd(alarm);
          }}
        >
          {text('log.dismiss')}
        </Button>
      )}
    </>
  );
}
