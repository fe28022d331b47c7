import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure } from '../../../ui/states.js';
import { When } from '../../../ui/when.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import { usePeople } from '../words.js';
import styles from './reading.module.css';

export function useVersions(id: string) {
  const { desk } = useSession();
  return useInfiniteQuery({
    queryKey: ['paper', id, 'versions'],
    queryFn: ({ pageParam }) => desk.knowledge.versions(id, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
}

/** Every version that was filed, newest first: to read, and to compare with the one before. */
export function Versions({ paper: { id, approvedVersion } }: { readonly paper: Paper }) {
  const text = useText();
  const people = usePeople();
  const answer = useVersions(id);
  const versions = answer.data?.pages.flatMap(({ items }) => items) ?? [];
  return (
    <section>
      <Failure error={answer.error} />
      <ol className={styles['versions']}>
        {versions.map(({ id: versionId, number, authorId, createdAt, changeNote }) => (
          <li key={versionId}>
            <Link to={`/papers/${id}?version=${String(number)}`}>{text('version.number', { number })}</Link>
            {number === approvedVersion && <strong> {text('version.approved')}</strong>}
            <span className={styles['quiet']}>
              {' '}
              <bdi>{people.get(authorId)?.name ?? text('person.unknown')}</bdi> · <When time={createdAt} />
            </span>
            {changeNote !== '' && <p dir="auto">{changeNote}</p>}
            {number > 1 && (
              <Link to={`/papers/${id}/compare?from=${String(number - 1)}&to=${String(number)}`}>
                {text('version.changes')}
              </Link>
            )}
          </li>
        ))}
      </ol>
      {answer.hasNextPage && <Button onPress={() => void answer.fetchNextPage()}>{text('search.more')}</Button>}
    </section>
  );
}
