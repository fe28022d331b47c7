import { useInfiniteQuery } from '@tanstack/react-query';
import { useId } from 'react';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { ListName, Lists } from '../../../worker/knowledge/protocol.js';
import styles from './home.module.css';

interface SectionProps<Name extends ListName> {
  readonly name: Name;
  readonly title: string;
  /** Words in place of rows; without them an empty section is not shown at all. */
  readonly empty?: string;
  readonly row: (item: Lists[Name]) => React.ReactNode;
  readonly rowId: (item: Lists[Name]) => string;
  /** What can be done with those that are shown. */
  readonly actions?: (items: readonly Lists[Name][]) => React.ReactNode;
}

/** One list of the home page: the first of it, and more when it is asked for. */
export function Section<Name extends ListName>({ name, title, empty, row, rowId, actions }: SectionProps<Name>) {
  const text = useText();
  const heading = useId();
  const { items, error, isPending, more, retry } = useList(name);
  if (!isPending && !error && items.length === 0 && empty === undefined) return null;
  return (
    <section aria-labelledby={heading} className={styles['section']}>
      <header className={styles['sectionHead']}>
        <h2 id={heading}>{title}</h2>
        {items.length > 0 && actions?.(items)}
      </header>
      {isPending && <Skeleton rows={2} />}
      <Failure error={error} retry={retry} />
      {!isPending && !error && items.length === 0 && <p className={styles['quiet']}>{empty}</p>}
      <ul className={styles['rows']}>
        {items.map((item) => (
          <li key={rowId(item)} className={styles['row']}>
            {row(item)}
          </li>
        ))}
      </ul>
      {more && <Button onPress={more}>{text('search.more')}</Button>}
    </section>
  );
}

function useList<Name extends ListName>(name: Name) {
  const { desk } = useSession();
  const answer = useInfiniteQuery({
    queryKey: ['knowledge', 'list', name],
    queryFn: ({ pageParam }) => desk.knowledge.list(name, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  return {
    items: answer.data?.pages.flatMap(({ items }) => items) ?? [],
    error: answer.error,
    isPending: answer.isPending,
    more: answer.hasNextPage ? () => void answer.fetchNextPage() : undefined,
    retry: () => void answer.refetch(),
  };
}
