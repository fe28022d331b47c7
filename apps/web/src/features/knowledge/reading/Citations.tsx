import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { ContentMarking } from '../../../ui/marking.js';
import { Failure } from '../../../ui/states.js';
import type { Link as PaperLink, Page } from '../../../worker/knowledge/protocol.js';
import styles from './reading.module.css';

function useLinks(paperId: string, way: 'links' | 'backlinks') {
  const { desk } = useSession();
  const answer = useInfiniteQuery({
    queryKey: ['paper', paperId, way],
    queryFn: ({ pageParam }): Promise<Page<PaperLink>> => desk.knowledge[way](paperId, pageParam),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    staleTime: 0,
  });
  const more = answer.hasNextPage ? () => void answer.fetchNextPage() : undefined;
  return { links: answer.data?.pages.flatMap(({ items }) => items), error: answer.error, more };
}

/** What the paper cites; where the source has changed since, both texts. */
export function Citations({ paperId }: { readonly paperId: string }) {
  const text = useText();
  const { links, error, more } = useLinks(paperId, 'links');
  return (
    <section>
      <h2>{text('citation.cites')}</h2>
      <Failure error={error} />
      {links?.length === 0 && <p className={styles['quiet']}>{text('citation.none')}</p>}
      {links?.map((link) => (
        <Citation key={link.id} link={link} />
      ))}
      {more && <Button onPress={more}>{text('search.more')}</Button>}
    </section>
  );
}

function Citation({ link }: { readonly link: PaperLink }) {
  const { target, targetBlockId, blockId, state, citedText, currentText, citedVersion } = link;
  const text = useText();
  return (
    <div className={styles['citation']} data-state={state}>
      <p className={styles['facts']}>
        <ContentMarking text={target.label.marking} />
        <Link to={`/papers/${target.id}${targetBlockId === null ? '' : `#${targetBlockId}`}`} dir="auto">
          {target.title}
        </Link>
        <a href={`#${blockId}`}>{text('citation.place')}</a>
      </p>
      {state !== 'CURRENT' && <strong className={styles['flag']}>{text(`citation.${state}`)}</strong>}
      {citedText !== null && (
        <figure>
          <figcaption>{text('citation.cited', { version: citedVersion ?? 0 })}</figcaption>
          <blockquote dir="auto">{citedText}</blockquote>
        </figure>
      )}
      {state === 'CHANGED' && currentText !== null && (
        <figure>
          <figcaption>{text('citation.now')}</figcaption>
          <blockquote dir="auto">{currentText}</blockquote>
        </figure>
      )}
    </div>
  );
}

/** Papers that cite this one. */
export function Backlinks({ paperId }: { readonly paperId: string }) {
  const text = useText();
  const { links, error, more } = useLinks(paperId, 'backlinks');
  return (
    <section>
      <h2>{text('citation.citedBy')}</h2>
      <Failure error={error} />
      {links?.length === 0 && <p className={styles['quiet']}>{text('citation.citedBy.none')}</p>}
      {links?.map(({ id, source, blockId }) => (
        <p key={id} className={styles['facts']}>
          <ContentMarking text={source.label.marking} />
          <Link to={`/papers/${source.id}#${blockId}`} dir="auto">
            {source.title}
          </Link>
        </p>
      ))}
      {more && <Button onPress={more}>{text('search.more')}</Button>}
    </section>
  );
}
