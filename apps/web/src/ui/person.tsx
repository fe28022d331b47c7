import { Link } from 'wouter';

import styles from './person.module.css';
import { TrustMark, trustOf } from './trust.js';
import type { TrustState } from './trust.js';

interface PersonNameProps {
  /** As much as is known where the name stands; a `PersonView` fits. */
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly postName?: string | undefined;
    readonly verification?: Exclude<TrustState, 'revoked'> | undefined;
    readonly revoked?: boolean | undefined;
    /** Nobody has to verify themselves. */
    readonly own?: boolean | undefined;
  };
}

/** Who it is: name, post, and how far this person is trusted, leading to what is known of them. */
export function PersonName({
  person: { id, name, postName, verification, revoked = false, own = false },
}: PersonNameProps) {
  return (
    <span className={styles['person']}>
      <Link to={`/people/${id}`} className={styles['name']}>
        <bdi>{name}</bdi>
      </Link>
      {postName !== undefined && postName !== '' && <bdi className={styles['post']}>{postName}</bdi>}
      {!own && (revoked || verification !== undefined) && (
        <TrustMark state={trustOf({ revoked, verification: verification ?? 'unverified' })} />
      )}
    </span>
  );
}
