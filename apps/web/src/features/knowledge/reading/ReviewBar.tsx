import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';

import type { ReviewAnswer } from '#contracts';

import { useBegun } from '../../../app/begun.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { AreaField } from '../../../ui/area.js';
import { Button } from '../../../ui/controls.js';
import { Failure } from '../../../ui/states.js';
import { When } from '../../../ui/when.js';
import type { Paper } from '../../../worker/knowledge/protocol.js';
import { usePeople } from '../words.js';
import styles from './reading.module.css';

type Review = NonNullable<Paper['review']>;

/** Where the review of this version stands; whoever was asked answers here, and who asked may take it back. */
export function ReviewBar({ paper }: { readonly paper: Paper }) {
  const { desk } = useSession();
  const { data: self } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  const { review } = paper;
  if (!review || review.version !== paper.version.number) return null;
  const own = review.reviewers.find(({ personId }) => personId === self?.personId);
  const isAsked = review.state === 'OPEN' && own?.answer === null;
  return (
    <section className={styles['review']}>
      <ReviewFacts review={review} />
      {isAsked && <Answering paper={paper} review={review} />}
      {review.state === 'OPEN' && review.requesterId === self?.personId && <Withdraw paper={paper} review={review} />}
    </section>
  );
}

function ReviewFacts({ review: { state, reviewers, note, requesterId } }: { readonly review: Review }) {
  const text = useText();
  const people = usePeople();
  const nameOf = (id: string): string => people.get(id)?.name ?? text('person.unknown');
  return (
    <>
      <h2>{text(`review.${state}`)}</h2>
      <p className={styles['quiet']}>
        {text('review.by', { person: nameOf(requesterId) })} <bdi>{note}</bdi>
      </p>
      <ul className={styles['plain']}>
        {reviewers.map(({ personId, answer, note: said, dueAt }) => (
          <li key={personId}>
            <bdi>{nameOf(personId)}</bdi>: {text(`review.answer.${answer ?? 'NONE'}`)}
            {answer === null && dueAt !== null && (
              <>
                {' · '}
                {text('home.until')} <When time={dueAt} style="date" />
              </>
            )}
            {said !== '' && <bdi> “{said}”</bdi>}
          </li>
        ))}
      </ul>
    </>
  );
}

interface AnsweringProps {
  readonly paper: Paper;
  readonly review: Review;
}

function useReviewDone(paperId: string): () => Promise<unknown> {
  const client = useQueryClient();
  return () =>
    Promise.all([
      client.invalidateQueries({ queryKey: ['paper', paperId] }),
      client.invalidateQueries({ queryKey: ['knowledge', 'list', 'reviews'] }),
    ]);
}

function Answering({ paper, review }: AnsweringProps) {
  const { desk } = useSession();
  const text = useText();
  const begun = useBegun(`answer ${review.id}`, { note: '' });
  const { note } = begun.form;
  const [isMissing, setMissing] = useState(false);
  const done = useReviewDone(paper.id);
  const answer = useMutation({
    mutationFn: (said: ReviewAnswer) => desk.writing.answerReview(review.id, said, note),
    onSuccess: () => {
      begun.forget();
      return done();
    },
  });
  return (
    <>
      <AreaField
        label={text('review.note')}
        rows={2}
        value={note}
        onChange={begun.set('note')}
        error={isMissing && note.trim() === '' ? text('review.reason') : undefined}
      />
      <div className={styles['row']}>
        <Button
          manner="main"
          isBusy={answer.isPending}
          onPress={() => {
            answer.mutate('APPROVED');
          }}
        >
          {text('review.approve')}
        </Button>
        <Button
          manner="danger"
          isBusy={answer.isPending}
          onPress={() => {
            setMissing(true);
            if (note.trim() !== '') answer.mutate('CHANGES_REQUESTED');
          }}
        >
          {text('review.refuse')}
        </Button>
      </div>
      <Failure error={answer.error} />
    </>
  );
}

function Withdraw({ paper, review }: AnsweringProps) {
  const { desk } = useSession();
  const text = useText();
  const done = useReviewDone(paper.id);
  const withdraw = useMutation({ mutationFn: () => desk.writing.withdrawReview(review.id), onSuccess: done });
  return (
    <div className={styles['row']}>
      <Button
        isBusy={withdraw.isPending}
        onPress={() => {
          withdraw.mutate();
        }}
      >
        {text('review.withdraw')}
      </Button>
      <Failure error={withdraw.error} />
    </div>
  );
}
