import { Link } from 'wouter';

import styles from './person.module.css';
import { TrustMark, trustOf } from './trust.js';
import type { TrustState } from './trust.js';

interface PersonNameProps {
  /** As much as is known where the name stands; an `Acquaintance` fits. */
  readonly person: {
    readonly id: string;
    readonly name: string;
    /** Title and post. */
    readonly standing?: string | undefined;
    readonly verification?: Exclude<TrustState, 'revoked'> | undefined;
    readonly revoked?: boolean | undefined;
    /** Nobody has to verify themselves. */
    readonly own?: boolean | undefined;
  };
}

/** Who it is: name, title, post, and how far this person is trusted, leading to what is known of them. */
export function PersonName({
  person: { id, name, standing = '', verification, revoked = false, own = false },
}: PersonNameProps) {
  return (
    <span className={styles['person']}>
      <Link to={`/people/${id}`} className={styles['name']}>
        <bdi>{name}</bdi>
      </Link>
      {standing !== '' && <bdi className={styles['post']}>{standing}</bdi>}
      {!own && (revoked || verification !== undefined) && (
        <TrustMark state={trustOf({ revoked, verification: verification ?? 'unverified' })} />
      )}
    </span>
  );
}
