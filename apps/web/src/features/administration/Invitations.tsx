import { useState } from 'react';

import type { ClaimRow, InvitationRow, Letter as LetterContent } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { Empty, Failure } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import { useToast } from '../../ui/toast.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { useAct, useAsked } from './asking.js';
import { InvitationForm } from './InvitationForm.js';
import { Letter } from './Letter.js';
import { Loaded, Part, Sheet } from './parts.js';
import { useTerm } from './words.js';

/** Nobody tells when a link was used. */
const AGAIN_MS = 5_000;

/** Bringing people in: a letter with a link, and the signature when the link was used. */
export default function Invitations() {
  const text = useText();
  const [isInviting, setInviting] = useState(false);
  const [letter, setLetter] = useState<LetterContent>();
  const claims = useAsked(['claims'], (desk) => desk.administration.claims(), AGAIN_MS);
  const invitations = useAsked(['invitations'], (desk) => desk.administration.invitations());
  if (letter) {
    return (
      <Letter
        letter={letter}
        onClose={() => {
          setLetter(undefined);
        }}
      />
    );
  }
  const invite = (
    <Button
      manner="main"
      onPress={() => {
        setInviting(true);
      }}
    >
      {text('invite.do')}
    </Button>
  );
  return (
    <Sheet title={text('office.invitations')} actions={!isInviting && invite}>
      {isInviting && (
        <InvitationForm
          onDone={(made) => {
            setInviting(false);
            setLetter(made);
          }}
          onClose={() => {
            setInviting(false);
          }}
        />
      )}
      <Part title={text('claims.title')}>
        <Loaded query={claims}>{(rows) => <Claims claims={rows} />}</Loaded>
      </Part>
      <Part title={text('invite.made')}>
        <Loaded query={invitations}>{(rows) => <InvitationTable rows={rows} />}</Loaded>
      </Part>
    </Sheet>
  );
}

function Claims({ claims }: { readonly claims: readonly ClaimRow[] }) {
  const text = useText();
  if (claims.length === 0) return <p className={styles['quiet']}>{text('claims.none')}</p>;
  return (
    <ul className={styles['list']}>
      {claims.map((claim) => (
        <li key={claim.invitationId}>
          <Claim claim={claim} />
        </li>
      ))}
    </ul>
  );
}

/** What was checked here, and what a signature would say. */
function Claim({ claim }: { readonly claim: ClaimRow }) {
  const text = useText();
  const term = useTerm();
  const tell = useToast();
  const complete = useAct(
    (desk) => desk.administration.complete(claim.invitationId),
    () => {
      tell(text('claims.done', { person: claim.personName }));
    },
  );
  const { proof } = claim;
  return (
    <article className={styles['act']} aria-label={claim.personName}>
      <h3 dir="auto">{claim.personName}</h3>
      <Facts
        facts={[
          [text('person.title'), claim.title === undefined ? text('office.none') : <bdi>{claim.title}</bdi>],
          [text('person.post'), claim.postName],
          [text('device.name'), claim.deviceName],
          [text('person.clearance'), claim.marking || text('office.none')],
          [text('person.roles'), claim.roles.map((role) => term('role', role)).join(' · ') || text('office.none')],
          [text('claims.at'), <When time={claim.claimedAt} />],
        ]}
      />
      <p className={proof === 'genuine' ? styles['good'] : styles['warning']}>{text(`claims.${proof}`)}</p>
      <Failure error={complete.error} />
      {proof === 'genuine' && (
        <div>
          <Button
            manner="main"
            isBusy={complete.isPending}
            onPress={() => {
              complete.mutate(undefined);
            }}
          >
            {text('claims.complete')}
          </Button>
        </div>
      )}
    </article>
  );
}

function InvitationTable({ rows }: { readonly rows: readonly InvitationRow[] }) {
  const text = useText();
  const withdraw = useAct((desk, id: string) => desk.administration.withdraw(id));
  const cell = (row: InvitationRow, column: string): React.ReactNode => {
    if (column === 'person') return <bdi>{row.personName}</bdi>;
    if (column === 'post') return <bdi>{row.post.name}</bdi>;
    if (column === 'state') return text(`invite.state.${row.state}` as TextId);
    if (column === 'ends') return <When time={row.expiresAt} />;
    if (row.state !== 'OPEN' && row.state !== 'CLAIMED') return null;
    return (
      <Button
        manner="danger"
        aria-label={text('invite.withdrawOf', { person: row.personName })}
        onPress={() => {
          withdraw.mutate(row.id);
        }}
      >
        {text('invite.withdraw')}
      </Button>
    );
  };
  return (
    <>
      <Failure error={withdraw.error} />
      <Table
        label={text('invite.made')}
        columns={[
          { id: 'person', text: text('person.name'), isRowHeader: true },
          { id: 'post', text: text('person.post') },
          { id: 'state', text: text('office.state') },
          { id: 'ends', text: text('invite.ends') },
          { id: 'do', text: text('office.do') },
        ]}
        rows={rows}
        rowId={({ id }) => id}
        cell={cell}
        empty={<Empty title={text('invite.nobody')} />}
      />
    </>
  );
}
