import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import { Marking } from '../../ui/marking.js';
import { Failure, Skeleton } from '../../ui/states.js';
import type { OwnProfile } from '../../worker/trust/protocol.js';
import { Devices } from './Devices.js';
import { OwnPasskeys } from './OwnPasskeys.js';
import { OwnRecovery } from './OwnRecovery.js';
import styles from './Profile.module.css';

/** Who I am here, on which devices, and how I get in and back. */
export function Profile() {
  const { desk } = useSession();
  const {
    data: profile,
    error,
    refetch,
  } = useQuery({ queryKey: ['people', 'own'], queryFn: () => desk.trust.profile() });
  return (
    <main className={styles['profile']}>
      <Failure error={error} retry={() => void refetch()} />
      {profile ? <Own profile={profile} /> : <Skeleton rows={4} />}
      <Devices />
      <OwnPasskeys />
      <OwnRecovery />
    </main>
  );
}

function Own({ profile }: { readonly profile: OwnProfile }) {
  const text = useText();
  const { personName, title, postName, ministryName, clearanceText, deviceName, server, rootGroups } = profile;
  return (
    <section className={styles['section']}>
      <h1 dir="auto">{personName}</h1>
      <Link to="/people">{text('profile.people')}</Link>
      <Facts
        facts={[
          ...(title === undefined ? [] : [[text('profile.title'), <bdi>{title}</bdi>] as const]),
          [text('profile.post'), postName],
          [text('profile.ministry'), ministryName],
          [
            text('profile.clearance'),
            clearanceText === undefined ? text('profile.clearance.none') : <Marking text={clearanceText} />,
          ],
          [text('profile.device'), deviceName],
          [text('profile.server'), <bdi dir="ltr">{server}</bdi>],
          [text('profile.root'), <Root groups={rootGroups} />],
        ]}
      />
    </section>
  );
}

function Root({ groups }: { readonly groups: readonly string[] }) {
  const text = useText();
  return (
    <>
      <span dir="ltr" className={styles['groups']}>
        {groups.join(' ')}
      </span>
      <br />
      <span className={styles['quiet']}>{text('profile.root.why')}</span>
    </>
  );
}
