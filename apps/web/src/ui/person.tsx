import { Link } from 'wouter';

import { useText } from '../text/text.js';
import styles from './person.module.css';

interface PersonNameProps {
  /** As much as is known where the name stands; a `PersonView` fits. */
  readonly person: {
    readonly id: string;
    readonly name: string;
    readonly postName?: string | undefined;
    readonly verification?: 'unverified' | 'verified' | 'changed' | undefined;
    readonly revoked?: boolean | undefined;
  };
}

/** Four words, each with a shape of its own. */
const SHAPES = { verified: '✓', unverified: '○', changed: '▲', revoked: '✕' } as const;

/** Who it is: name, post, and how far this person is trusted, leading to what is known of them. */
export function PersonName({ person: { id, name, postName, verification, revoked = false } }: PersonNameProps) {
  const text = useText();
  const trust = revoked ? 'revoked' : verification;
  return (
    <span className={styles['person']}>
      <Link to={`/people/${id}`} className={styles['name']}>
        <bdi>{name}</bdi>
      </Link>
      {postName !== undefined && postName !== '' && <bdi className={styles['post']}>{postName}</bdi>}
      {trust !== undefined && (
        <span className={styles['trust']} data-trust={trust}>
          <span aria-hidden="true">{SHAPES[trust]}</span> {text(`ui.trust.${trust}`)}
        </span>
      )}
    </span>
  );
}
