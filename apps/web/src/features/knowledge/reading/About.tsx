import { useQuery } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { ContentMarking } from '../../../ui/marking.js';
import { PersonName } from '../../../ui/person.js';
import { Failure } from '../../../ui/states.js';
import { When } from '../../../ui/when.js';
import type { Paper, Standing } from '../../../worker/knowledge/protocol.js';
import { SaveOriginal } from '../exporting/Export.js';
import { usePeople } from '../words.js';
import styles from './reading.module.css';

interface AboutProps {
  readonly paper: Paper;
  readonly standing: Standing | undefined;
}

/** Who keeps the paper, when it is looked at again, what is like it. */
export function About({ paper, standing }: AboutProps) {
  return (
    <>
      {standing && <Keeping standing={standing} paper={paper} />}
      {standing?.original && <SaveOriginal original={standing.original} />}
      <Similar paperId={paper.id} />
    </>
  );
}

function Keeping({ paper, standing: { dates, owner, collectionName } }: { paper: Paper; standing: Standing }) {
  const text = useText();
  const person = usePeople().get(owner?.personId ?? '');
  const days = [
    { name: text('dates.review'), day: dates.reviewOn },
    { name: text('dates.expiry'), day: dates.expiresOn },
    { name: text('dates.declassify'), day: dates.declassifyOn },
  ];
  return (
    <dl className={styles['fields']}>
      <div>
        <dt>{text('collection.title')}</dt>
        <dd>
          <Link to={`/knowledge/collections/${paper.collectionId}`} dir="auto">
            {collectionName}
          </Link>
        </dd>
      </div>
      <div>
        <dt>{text('about.owner')}</dt>
        <dd>{person ? <PersonName person={person} /> : text('about.owner.none')}</dd>
      </div>
      {days.map(
        ({ name, day }) =>
          day !== null && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>
                <When time={day} style="date" />
              </dd>
            </div>
          ),
      )}
      {dates.successor && (
        <div>
          <dt>{text('dates.successor')}</dt>
          <dd>
            <ContentMarking text={dates.successor.marking} />
          </dd>
        </div>
      )}
    </dl>
  );
}

function Similar({ paperId }: { readonly paperId: string }) {
  const { desk } = useSession();
  const text = useText();
  const { data, error } = useQuery({
    queryKey: ['paper', paperId, 'similar'],
    queryFn: () => desk.knowledge.similar(paperId),
  });
  return (
    <section>
      <h2>{text('about.similar')}</h2>
      <Failure error={error} />
      {data?.length === 0 && <p className={styles['quiet']}>{text('about.similar.none')}</p>}
      {data?.map(({ document }) => (
        <p key={document.id} className={styles['facts']}>
          <ContentMarking text={document.label.marking} />
          <Link to={`/papers/${document.id}`} dir="auto">
            {document.title}
          </Link>
        </p>
      ))}
    </section>
  );
}
