import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Failure, Skeleton } from '../../../ui/states.js';
import type { Collection } from '../../../worker/knowledge/protocol.js';
import { useMay } from '../may.js';
import styles from './home.module.css';

/** Every collection that one may read; one that lies in another stands below it, where one may read that, too. */
export function CollectionTree({ make }: { readonly make: () => void }) {
  const text = useText();
  const { data, error, isPending, refetch } = useCollections();
  const mayManage = useMay('knowledge.manage');
  return (
    <section aria-labelledby="collections" className={styles['section']}>
      <header className={styles['sectionHead']}>
        <h2 id="collections">{text('home.collections')}</h2>
        {mayManage && (
          <Button manner="quiet" onPress={make}>
            {text('collection.new')}
          </Button>
        )}
      </header>
      {isPending && <Skeleton rows={3} />}
      <Failure error={error} retry={() => void refetch()} />
      {data?.length === 0 && <p className={styles['quiet']}>{text('home.collections.none')}</p>}
      {data && <Branch all={data} below={null} />}
    </section>
  );
}

export function useCollections() {
  const { desk } = useSession();
  return useQuery({
    queryKey: ['knowledge', 'collections'],
    queryFn: () => desk.knowledge.collections(),
    staleTime: 0,
  });
}

interface BranchProps {
  readonly all: readonly Collection[];
  /** Id of the collection above; null at the root. */
  readonly below: string | null;
}

function Branch({ all, below }: BranchProps) {
  const known = new Set(all.map(({ id }) => id));
  const placeOf = ({ parent }: Collection): string | null => (parent && known.has(parent.id) ? parent.id : null);
  const own = all.filter((one) => placeOf(one) === below).toSorted((a, b) => a.name.localeCompare(b.name));
  if (own.length === 0) return null;
  return (
    <ul className={styles['tree']}>
      {own.map(({ id, name, documentCount }) => (
        <li key={id}>
          <Link to={`/knowledge/collections/${id}`}>
            <bdi>{name}</bdi>
          </Link>{' '}
          <span className={styles['quiet']}>{documentCount}</span>
          <Branch all={all} below={id} />
        </li>
      ))}
    </ul>
  );
}
