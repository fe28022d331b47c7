import { useState } from 'react';

import type { ApprovalView, RecoveryRequestView } from '#client';

import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { Empty, Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { Tabs } from '../../ui/tabs.js';
import { useToast } from '../../ui/toast.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { Code, Confirm, Loaded, Sheet } from './parts.js';
import { PolicyData } from './PolicyData.js';
import { useSaid } from './words.js';

/** What waits for a second signature, and people who wait for a yes. */
export default function Approvals() {
  const text = useText();
  const open = useAsked(['approvals', 'open'], (desk) => desk.administration.approvals('open'));
  const returns = useAsked(['returns'], (desk) => desk.administration.returns());
  const waits = <Loaded query={open}>{(acts) => <Waiting acts={acts} />}</Loaded>;
  const people = <Loaded query={returns}>{(requests) => <Returns requests={requests} />}</Loaded>;
  return (
    <Sheet title={text('office.approvals')}>
      <Tabs
        label={text('office.approvals')}
        tabs={[
          { id: 'open', text: text('approvals.waiting'), content: waits },
          { id: 'returns', text: text('returns.title'), content: people },
          { id: 'decided', text: text('approvals.decided'), content: <Decided /> },
        ]}
      />
    </Sheet>
  );
}

function Waiting({ acts }: { readonly acts: readonly ApprovalView[] }) {
  const text = useText();
  if (acts.length === 0) return <Empty title={text('approvals.none')} />;
  return (
    <ul className={styles['list']}>
      {acts.map((act) => (
        <li key={act.id}>
          <Act act={act} />
        </li>
      ))}
    </ul>
  );
}

/** An act as this browser reads it in the signed statement itself. */
function Act({ act }: { readonly act: ApprovalView }) {
  const text = useText();
  const say = useSaid();
  const [isDeciding, setDeciding] = useState(false);
  const refuse = useAct((desk) => desk.administration.refuse(act.id));
  const sentences = act.said.map(say);
  return (
    <article className={styles['act']} aria-label={sentences.join(' ')}>
      {sentences.map((sentence) => (
        <h2 key={sentence} dir="auto">
          {sentence}
        </h2>
      ))}
      <Touched act={act} />
      <Facts
        facts={[
          [text('approvals.by'), act.own ? text('approvals.you') : act.proposerName],
          [text('approvals.since'), <When time={act.createdAt} />],
          [text('approvals.until'), <When time={act.expiresAt} />],
        ]}
      />
      {!act.genuine && <p className={styles['warning']}>{text('approvals.forged')}</p>}
      {act.own && <p className={styles['quiet']}>{text('approvals.own')}</p>}
      <Failure error={refuse.error} />
      <div className={styles['row']}>
        {!act.own && act.genuine && (
          <Button
            manner="main"
            onPress={() => {
              setDeciding(true);
            }}
          >
            {text('approvals.look')}
          </Button>
        )}
        <Button
          isBusy={refuse.isPending}
          onPress={() => {
            refuse.mutate(undefined);
          }}
        >
          {text(act.own ? 'approvals.withdraw' : 'approvals.refuse')}
        </Button>
      </div>
      {isDeciding && (
        <Approve
          act={act}
          sentences={sentences}
          onClose={() => {
            setDeciding(false);
          }}
        />
      )}
    </article>
  );
}

/** Which devices it ends, by name; of a policy, which one it is; of an identity key, its number. */
function Touched({ act: { said, policy } }: { readonly act: ApprovalView }) {
  const text = useText();
  const devices = said.flatMap((one) => one.devices ?? []);
  const numbers = said.flatMap(({ number }) => number ?? []);
  return (
    <>
      {policy && (
        <details>
          <summary dir="auto">{text('approvals.policy', { name: policy.name, levels: policy.levels.length })}</summary>
          <PolicyData policy={policy} />
        </details>
      )}
      {numbers.map((number) => (
        <Code key={number}>{number}</Code>
      ))}
      {devices.length > 0 && (
        <details>
          <summary>{text('approvals.devices', { count: devices.length })}</summary>
          <ul className={styles['points']}>
            {devices.map(({ id, name, person }) => (
              <li key={id}>
                <bdi>{person}</bdi>: <bdi>{name}</bdi>
              </li>
            ))}
          </ul>
        </details>
      )}
    </>
  );
}

interface ApproveProps {
  readonly act: ApprovalView;
  readonly sentences: readonly string[];
  readonly onClose: () => void;
}

function Approve({ act, sentences, onClose }: ApproveProps) {
  const text = useText();
  const tell = useToast();
  const approve = useAct(
    (desk) => desk.administration.approve(act),
    () => {
      tell(text('approvals.done'));
      onClose();
    },
  );
  return (
    <Confirm
      title={text('approvals.title', { person: act.proposerName })}
      isOpen
      onClose={onClose}
      verb={text('approvals.approve')}
      onConfirm={() => {
        approve.mutate(undefined);
      }}
      isBusy={approve.isPending}
      error={approve.error}
      happens={[...sentences, text('approvals.atOnce')]}
      forGood={[...new Set(act.said.map(({ type }) => text(`forGood.${type}` as TextId)))]}
    />
  );
}

function Decided() {
  const text = useText();
  const say = useSaid();
  const query = useAsked(['approvals', 'decided'], (desk) => desk.administration.approvals('decided'));
  const cell = (act: ApprovalView, column: string): React.ReactNode => {
    if (column === 'what') return <span dir="auto">{act.said.map(say).join(' ')}</span>;
    if (column === 'by') return <bdi>{act.own ? text('approvals.you') : act.proposerName}</bdi>;
    if (column === 'state') return text(`approvals.state.${act.state}` as TextId);
    if (column === 'decider') return <bdi>{act.deciderName ?? ''}</bdi>;
    return <When time={act.decidedAt ?? act.expiresAt} />;
  };
  return (
    <Loaded query={query}>
      {(acts) => (
        <Table
          label={text('approvals.decided')}
          columns={[
            { id: 'what', text: text('log.says'), isRowHeader: true },
            { id: 'by', text: text('approvals.by') },
            { id: 'state', text: text('office.state') },
            { id: 'decider', text: text('approvals.decider') },
            { id: 'at', text: text('log.at') },
          ]}
          rows={acts}
          rowId={({ id }) => id}
          cell={cell}
          empty={<Empty title={text('approvals.noHistory')} />}
        />
      )}
    </Loaded>
  );
}

function Returns({ requests }: { readonly requests: readonly RecoveryRequestView[] }) {
  const text = useText();
  const decide = useAct((desk, [id, isApproved]: readonly [string, boolean]) =>
    desk.administration.decideReturn(id, isApproved),
  );
  if (requests.length === 0) return <Empty title={text('returns.none')} />;
  return (
    <>
      <Failure error={decide.error} />
      <ul className={styles['list']}>
        {requests.map((request) => (
          <li key={request.id}>
            <Return
              request={request}
              onDecide={(isApproved) => {
                decide.mutate([request.id, isApproved]);
              }}
            />
          </li>
        ))}
      </ul>
    </>
  );
}

interface ReturnProps {
  readonly request: RecoveryRequestView;
  readonly onDecide: (isApproved: boolean) => void;
}

function Return({ request: { personName, deviceName, number, requestedAt }, onDecide }: ReturnProps) {
  const text = useText();
  return (
    <article className={styles['act']} aria-label={personName}>
      <h2 dir="auto">{personName}</h2>
      <Facts
        facts={[
          [text('returns.number'), <Code>{`${number.slice(0, 3)} ${number.slice(3)}`}</Code>],
          [text('device.name'), deviceName],
          [text('approvals.since'), <When time={requestedAt} />],
        ]}
      />
      <p className={styles['warning']}>{text('returns.compare')}</p>
      <div className={styles['row']}>
        <Button
          manner="main"
          onPress={() => {
            onDecide(true);
          }}
        >
          {text('returns.approve')}
        </Button>
        <Button
          onPress={() => {
            onDecide(false);
          }}
        >
          {text('approvals.refuse')}
        </Button>
      </div>
    </article>
  );
}
