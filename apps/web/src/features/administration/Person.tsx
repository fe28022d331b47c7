import { useState } from 'react';
import { Link } from 'wouter';

import type { PersonFile } from '../../worker/administration/protocol.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Facts } from '../../ui/facts.js';
import { Menu } from '../../ui/menu.js';
import { When } from '../../ui/when.js';
import styles from './Administration.module.css';
import { AppointDialog } from './AppointDialog.js';
import { useAsked } from './asking.js';
import { AssignDialog } from './AssignDialog.js';
import { ClearanceDialog } from './ClearanceDialog.js';
import { IdentityDialog } from './IdentityDialog.js';
import { Held, Loaded, Part, Sheet } from './parts.js';
import { PersonDevices } from './PersonDevices.js';
import { RevokePerson } from './RevokeDialogs.js';
import { Statements } from './Statements.js';
import { useTerm } from './words.js';

type Open = 'assign' | 'clear' | 'appoint' | 'identity' | 'revoke' | undefined;

/** Who somebody is, by signed statements, and what an officer can say of them. */
export default function Person({ id }: { readonly id: string }) {
  const query = useAsked(['person', id], (desk) => desk.administration.person(id));
  return <Loaded query={query}>{(person) => <FileOf person={person} />}</Loaded>;
}

function FileOf({ person }: { readonly person: PersonFile }) {
  const text = useText();
  const [open, setOpen] = useState<Open>();
  const close = (): void => {
    setOpen(undefined);
  };
  return (
    <Sheet title={person.name} actions={!person.revoked && <Actions onOpen={setOpen} />}>
      {person.revoked && <p className={styles['warning']}>{text('person.isRevoked')}</p>}
      <PersonFacts person={person} />
      <Part title={text('person.deviceList')}>
        <PersonDevices person={person} />
      </Part>
      <Part title={text('person.statements')}>
        <Statements personId={person.id} />
      </Part>
      {open === 'assign' && <AssignDialog person={person} onClose={close} />}
      {open === 'clear' && <ClearanceDialog person={person} onClose={close} />}
      {open === 'appoint' && <AppointDialog person={person} onClose={close} />}
      {open === 'identity' && <IdentityDialog person={person} onClose={close} />}
      {open === 'revoke' && <RevokePerson person={person} onClose={close} />}
    </Sheet>
  );
}

/** What this officer holds the powers for. */
function Actions({ onOpen }: { readonly onOpen: (open: Open) => void }) {
  const text = useText();
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  if (!standing || standing.powers.length === 0) return null;
  const has = new Set<string>(standing.powers);
  const items = [
    { id: 'appoint', text: text('appoint.do'), isDisabled: !standing.mayAppoint },
    { id: 'identity', text: text('identity.do'), isDisabled: !has.has('enrol') },
    { id: 'revoke', text: text('revoke.person'), isDanger: true, isDisabled: !has.has('revoke') },
  ];
  return (
    <>
      {has.has('assign') && (
        <Button
          onPress={() => {
            onOpen('assign');
          }}
        >
          {text('assign.do')}
        </Button>
      )}
      {has.has('clear') && (
        <Button
          onPress={() => {
            onOpen('clear');
          }}
        >
          {text('clear.do')}
        </Button>
      )}
      <Menu
        label={text('person.more')}
        items={items}
        onAction={(chosen) => {
          onOpen(chosen as Open);
        }}
      />
    </>
  );
}

function PersonFacts({ person }: { readonly person: PersonFile }) {
  const text = useText();
  const term = useTerm();
  const { appointment, clearedUntil, rolesUntil } = person;
  const held = person.roles.map((role) => term('role', role)).join(' · ');
  const roles =
    held === '' ? (
      text('office.none')
    ) : (
      <>
        {held} {rolesUntil !== undefined && <When time={rolesUntil} style="date" />}
      </>
    );
  const clearance =
    person.marking === '' ? (
      text('office.none')
    ) : (
      <>
        <Held marking={person.marking} /> {clearedUntil !== undefined && <When time={clearedUntil} style="date" />}
      </>
    );
  const powers = appointment?.powers.map((power) => term('power', power)).join(' · ') ?? text('office.none');
  return (
    <Facts
      facts={[
        [text('person.title'), person.title === undefined ? text('office.none') : <bdi>{person.title}</bdi>],
        [text('person.post'), person.postName],
        [text('person.roles'), roles],
        [text('person.clearance'), clearance],
        [text('person.powers'), powers],
        [text('person.mayAppoint'), text(appointment?.mayAppoint === true ? 'office.yes' : 'office.no')],
        [text('person.identity'), <Link to={`/people/${person.id}`}>{text('person.compare')}</Link>],
      ]}
    />
  );
}
