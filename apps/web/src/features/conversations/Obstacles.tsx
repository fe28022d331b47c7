import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText, useTroubleText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { Failure } from '../../ui/states.js';
import type { ConversationDetail, MemberCard } from '../../worker/correspondence/protocol.js';
import styles from './Conversation.module.css';

/** Why one should be careful here, above what one writes: who was revoked, has changed, or was never compared, and what to do. */
export function Obstacles({ conversation: { id, people, problem } }: { readonly conversation: ConversationDetail }) {
  const text = useText();
  const say = useTroubleText();
  const others = people.filter(({ own }) => !own);
  const revoked = others.filter((person) => person.revoked);
  const changed = others.filter((person) => !person.revoked && person.verification === 'changed');
  if (revoked.length + changed.length === 0 && !problem) return null;
  return (
    <div role="status" className={styles['obstacles']}>
      {changed.length > 0 && (
        <p>
          {text('obstacle.changed', { names: namesOf(changed), count: changed.length })} <People people={changed} />
        </p>
      )}
      {revoked.length > 0 && <p>{text('obstacle.revoked', { names: namesOf(revoked), count: revoked.length })}</p>}
      {problem && changed.length === 0 && <p>{say(problem)}</p>}
      {problem?.code === 'FRESHNESS_LIMIT' && <AcceptStale id={id} />}
    </div>
  );
}

function People({ people }: { readonly people: readonly MemberCard[] }) {
  const text = useText();
  return people.map(({ id, name }) => (
    <Link key={id} to={`/people/${id}`}>
      {text('obstacle.compare', { name })}
    </Link>
  ));
}

function AcceptStale({ id }: { readonly id: string }) {
  const { desk } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const accept = useMutation({
    mutationFn: () => desk.correspondence.acceptStale(id),
    onSuccess: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  });
  return (
    <>
      <p>{text('obstacle.stale')}</p>
      <Failure error={accept.error} />
      <Button
        isBusy={accept.isPending}
        onPress={() => {
          accept.mutate();
        }}
      >
        {text('obstacle.stale.do')}
      </Button>
    </>
  );
}

const namesOf = (people: readonly MemberCard[]): string => people.map(({ name }) => name).join(', ');
