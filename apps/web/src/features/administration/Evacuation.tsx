import { useState } from 'react';

import type { EvacuationKind, EvacuationView, RevocationReason } from '#client';

import { useText } from '../../text/text.js';
import { Choice } from '../../ui/choice.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { Progress } from '../../ui/progress.js';
import { save, today } from '../../ui/save.js';
import { Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { useToast } from '../../ui/toast.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked, useCheck } from './asking.js';
import { EvacuationReport } from './EvacuationReport.js';
import { Confirm, Loaded, Part, Sheet } from './parts.js';
import { ReasonChoice } from './RevokeDialogs.js';

const AGAIN_MS = 2_000;

/** A mission is lost or left: what revoking all its devices would do, how far it is, and a signed report of either. */
export default function Evacuation() {
  const text = useText();
  const [postId, setPost] = useState<string>();
  const posts = useAsked(['posts'], (desk) => desk.administration.posts());
  return (
    <Sheet title={text('office.evacuation')}>
      <p className={styles['quiet']}>{text('evacuation.about')}</p>
      <Loaded query={posts}>
        {(all) => (
          <div className={styles['narrow']}>
            <Choice
              label={text('evacuation.mission')}
              value={postId}
              onChange={setPost}
              options={all.filter(({ people }) => people > 0).map(({ id, name }) => ({ id, text: name }))}
            />
          </div>
        )}
      </Loaded>
      {postId !== undefined && <Mission key={postId} postId={postId} />}
      <Part title={text('evacuation.verify')}>
        <EvacuationReport />
      </Part>
    </Sheet>
  );
}

function Mission({ postId }: { readonly postId: string }) {
  const query = useAsked(['evacuation', postId], (desk) => desk.keys.evacuation(postId), AGAIN_MS);
  return <Loaded query={query}>{(view) => <Stand view={view} />}</Loaded>;
}

function Stand({ view }: { readonly view: EvacuationView }) {
  const text = useText();
  const devices = view.people.flatMap((person) => person.devices);
  const revoked = devices.filter(({ revokedAt }) => revokedAt !== undefined);
  const left = revoked.filter(({ conversations }) => conversations > 0);
  const isBegun = revoked.length > 0;
  return (
    <>
      <Part title={text('evacuation.would')}>
        <Facts
          facts={[
            [text('evacuation.people'), view.people.length],
            [text('evacuation.devices'), devices.length - revoked.length],
            [text('evacuation.conversations'), view.conversations],
            [text('evacuation.others'), view.others],
            [
              text('evacuation.seconds'),
              view.seconds.map(({ name }) => name).join(' · ') || text('evacuation.noSecond'),
            ],
          ]}
        />
      </Part>
      {isBegun && (
        <Part title={text('evacuation.progress')}>
          <Progress label={text('evacuation.refused')} done={revoked.length} total={devices.length} />
          <Progress label={text('evacuation.removed')} done={revoked.length - left.length} total={revoked.length} />
          <p role="status">
            {text(left.length === 0 ? 'evacuation.done' : 'evacuation.goesOn', { count: left.length })}
          </p>
        </Part>
      )}
      <Actions view={view} isBegun={isBegun} inUse={devices.length - revoked.length} />
      <People view={view} />
    </>
  );
}

interface ActionsProps {
  readonly view: EvacuationView;
  readonly isBegun: boolean;
  readonly inUse: number;
}

function Actions({ view, isBegun, inUse }: ActionsProps) {
  const text = useText();
  const [isAsking, setAsking] = useState(false);
  const kind: EvacuationKind = isBegun ? 'evacuation' : 'evacuation rehearsal';
  const report = useCheck(
    (desk) => desk.keys.evacuationReport(view.post.id, kind),
    (signed) => {
      save(signed, `${kind.replace(' ', '-')}-${today()}.json`);
    },
  );
  return (
    <div className={styles['part']}>
      <Failure error={report.error} />
      <div className={styles['row']}>
        <Button
          isBusy={report.isPending}
          onPress={() => {
            report.mutate(undefined);
          }}
        >
          {text(isBegun ? 'evacuation.report' : 'evacuation.rehearse')}
        </Button>
        {view.mayPropose && inUse > 0 && (
          <Button
            manner="danger"
            onPress={() => {
              setAsking(true);
            }}
          >
            {text('evacuation.do')}
          </Button>
        )}
      </div>
      {isAsking && (
        <Propose
          view={view}
          inUse={inUse}
          onClose={() => {
            setAsking(false);
          }}
        />
      )}
    </div>
  );
}

interface ProposeProps {
  readonly view: EvacuationView;
  readonly inUse: number;
  readonly onClose: () => void;
}

function Propose({ view: { post, people, conversations, others }, inUse, onClose }: ProposeProps) {
  const text = useText();
  const tell = useToast();
  const [reason, setReason] = useState<RevocationReason>('COMPROMISED');
  const evacuate = useAct(
    (desk) => desk.keys.evacuate(post.id, reason),
    () => {
      tell(text('approvals.proposed'));
      onClose();
    },
  );
  return (
    <Confirm
      title={text('evacuation.title', { post: post.name })}
      isOpen
      onClose={onClose}
      verb={text('approvals.propose')}
      onConfirm={() => {
        evacuate.mutate(undefined);
      }}
      isBusy={evacuate.isPending}
      error={evacuate.error}
      happens={[
        text('evacuation.asks'),
        text('evacuation.revokes', { devices: inUse, people: people.length }),
        text('revoke.touches', { conversations, others, devices: inUse }),
      ]}
      forGood={[text('revoke.never'), text('evacuation.back'), text('revoke.held')]}
    >
      <ReasonChoice reason={reason} onChange={setReason} />
    </Confirm>
  );
}

function People({ view: { people } }: { readonly view: EvacuationView }) {
  const text = useText();
  const rows = people.flatMap((person) => person.devices.map((device) => ({ person, device })));
  type Row = (typeof rows)[number];
  const cell = ({ person, device }: Row, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{person.name}</bdi>;
    if (column === 'device') return <bdi>{device.name}</bdi>;
    if (column === 'groups') return device.conversations;
    return device.revokedAt === undefined ? text('device.inUse') : <When time={device.revokedAt} />;
  };
  return (
    <Table
      label={text('evacuation.devices')}
      columns={[
        { id: 'person', text: text('person.name'), isRowHeader: true },
        { id: 'device', text: text('device.name') },
        { id: 'state', text: text('evacuation.revoked') },
        { id: 'groups', text: text('evacuation.stillIn') },
      ]}
      rows={rows}
      rowId={({ device }) => device.id}
      cell={cell}
      empty={<p className={styles['quiet']}>{text('device.none')}</p>}
    />
  );
}
