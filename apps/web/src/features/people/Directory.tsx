import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Field } from '../../ui/controls.js';
import { Empty, Failure, Skeleton } from '../../ui/states.js';
import type { Acquaintance } from '../../worker/trust/protocol.js';
import styles from './People.module.css';
import { TrustMark, trustOf } from '../../ui/trust.js';

/** Everybody whom the directory names. */
export function usePeople() {
  const { desk } = useSession();
  return useQuery({ queryKey: ['people', 'directory'], queryFn: () => desk.trust.people() });
}

/** People by post, found by name or post. */
export function Directory() {
  const text = useText();
  const [wanted, search] = useState('');
  const { data: people, error, refetch } = usePeople();
  const posts = useMemo(() => byPost(people ?? [], wanted), [people, wanted]);
  return (
    <main className={styles['people']}>
      <h1>{text('people.title')}</h1>
      <Field label={text('people.search')} type="search" value={wanted} onChange={search} autoComplete="off" />
      <Failure error={error} retry={() => void refetch()} />
      {!people && !error && <Skeleton rows={6} />}
      {people && posts.length === 0 && <Empty title={text('people.none')} />}
      {posts.map(([post, members]) => (
        <section key={post} aria-label={post}>
          <h2 dir="auto">{post}</h2>
          <ul className={styles['list']}>
            {members.map((person) => (
              <Row key={person.id} person={person} />
            ))}
          </ul>
        </section>
      ))}
    </main>
  );
}

function Row({ person }: { readonly person: Acquaintance }) {
  const text = useText();
  return (
    <li>
      <Link to={person.own ? '/profile' : `/people/${person.id}`} className={styles['link']}>
        <span className={styles['who']}>
          <bdi>{person.name}</bdi>
          {person.title !== undefined && <bdi className={styles['quiet']}>{person.title}</bdi>}
        </span>
        {person.own ? (
          <span className={styles['quiet']}>{text('people.you')}</span>
        ) : (
          <TrustMark state={trustOf(person)} />
        )}
      </Link>
    </li>
  );
}

/** Each post with its people, both in the order of the alphabet. */
function byPost(people: readonly Acquaintance[], wanted: string): [string, Acquaintance[]][] {
  const words = wanted.toLocaleLowerCase().split(/\s+/u);
  const found = people.filter(({ name, standing }) => {
    const text = `${name} ${standing}`.toLocaleLowerCase();
    return words.every((word) => text.includes(word));
  });
  const posts = new Map<string, Acquaintance[]>();
  for (const person of found.toSorted((a, b) => a.name.localeCompare(b.name))) {
    posts.set(person.postName, [...(posts.get(person.postName) ?? []), person]);
  }
  return [...posts].toSorted(([a], [b]) => a.localeCompare(b));
}
