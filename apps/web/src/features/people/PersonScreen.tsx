import { Link } from 'wouter';

import { useText } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import { Marking } from '../../ui/marking.js';
import { Empty, Failure, Skeleton } from '../../ui/states.js';
import type { Acquaintance } from '../../worker/trust/protocol.js';
import { usePeople } from './Directory.js';
import styles from './People.module.css';
import { SafetyNumber } from './SafetyNumber.js';
import { TrustMark, trustOf } from '../../ui/trust.js';

/** Who somebody really is, as far as it may be known: what officers have signed, and what the reader has compared. */
export function PersonScreen({ id }: { readonly id: string }) {
  const text = useText();
  const { data: people, error, refetch } = usePeople();
  const person = people?.find((one) => one.id === id);
  return (
    <main className={styles['people']}>
      <Link to="/people">{text('people.title')}</Link>
      <Failure error={error} retry={() => void refetch()} />
      {!people && !error && <Skeleton rows={6} />}
      {people && !person && <Empty title={text('person.missing')} />}
      {person && <Somebody person={person} />}
    </main>
  );
}

function Somebody({ person }: { readonly person: Acquaintance }) {
  const text = useText();
  const state = trustOf(person);
  return (
    <>
      <header className={styles['title']}>
        <h1 dir="auto">{person.name}</h1>
        <TrustMark state={state} />
      </header>
      <p>{text(`person.about.${state}`)}</p>
      <Facts
        facts={[
          ...(person.title === undefined ? [] : [[text('profile.title'), <bdi>{person.title}</bdi>] as const]),
          [text('profile.post'), person.postName],
          [text('profile.clearance'), <Clearance person={person} />],
          [text('person.devices'), <Devices person={person} />],
        ]}
      />
      {!person.own && !person.revoked && <SafetyNumber id={person.id} name={person.name} />}
    </>
  );
}

function Clearance({ person: { clearanceText } }: { readonly person: Acquaintance }) {
  const text = useText();
  return clearanceText === undefined ? text('profile.clearance.none') : <Marking text={clearanceText} />;
}

function Devices({ person }: { readonly person: Acquaintance }) {
  return (
    <ul className={styles['devices']}>
      {person.devices.map((device) => (
        <li key={device.id}>
          <bdi>{device.name}</bdi> {device.revoked && <TrustMark state="revoked" />}
        </li>
      ))}
    </ul>
  );
}
