import { useState } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button } from '../../ui/controls.js';
import { DayField } from '../../ui/day.js';
import { Dialog } from '../../ui/dialog.js';
import { Marking } from '../../ui/marking.js';
import { useToast } from '../../ui/toast.js';
import type { ConversationDetail, MemberCard } from '../../worker/correspondence/protocol.js';
import styles from './Conversation.module.css';
import type { Aside } from './aside.js';

interface HeadProps {
  readonly conversation: ConversationDetail;
  readonly onAside: (aside: Aside) => void;
  readonly onPlace: (seq: number) => void;
}

/** What it is called, who is in it, and how far they are known. */
export function Head({ conversation, onAside, onPlace }: HeadProps) {
  const { id, name, marking, people } = conversation;
  const text = useText();
  const posts = new Set(people.map(({ postId }) => postId)).size;
  const [isJumping, setJumping] = useState(false);
  return (
    <header className={styles['head']}>
      <div className={styles['title']}>
        <h2 dir="auto">{name || text('conversation.unnamed')}</h2>
        <Marking text={marking} />
      </div>
      <p className={styles['quiet']}>
        {text('conversation.reaches', { people: people.length, posts })} · <Trust people={people} />
      </p>
      <div className={styles['tools']}>
        <Button
          manner="quiet"
          onPress={() => {
            onAside({ show: 'members' });
          }}
        >
          {text('members.title')}
        </Button>
        <Button
          manner="quiet"
          onPress={() => {
            setJumping(true);
          }}
        >
          {text('jump.title')}
        </Button>
      </div>
      <JumpDialog
        id={id}
        isOpen={isJumping}
        onPlace={onPlace}
        onClose={() => {
          setJumping(false);
        }}
      />
    </header>
  );
}

/** The weakest of what is known counts. */
function Trust({ people }: { readonly people: readonly MemberCard[] }) {
  const text = useText();
  const others = people.filter(({ own }) => !own);
  const count = (fits: (person: MemberCard) => boolean): number => others.filter(fits).length;
  const revoked = count((person) => person.revoked);
  const changed = count((person) => !person.revoked && person.verification === 'changed');
  const unverified = count((person) => !person.revoked && person.verification === 'unverified');
  if (revoked > 0) return <strong className={styles['bad']}>{text('trust.count.revoked', { count: revoked })}</strong>;
  if (changed > 0) return <strong className={styles['bad']}>{text('trust.count.changed', { count: changed })}</strong>;
  return <>{unverified > 0 ? text('trust.count.unverified', { count: unverified }) : text('trust.count.verified')}</>;
}

interface JumpProps {
  readonly id: string;
  readonly isOpen: boolean;
  readonly onClose: () => void;
  readonly onPlace: (seq: number) => void;
}

function JumpDialog({ id, isOpen, onClose, onPlace }: JumpProps) {
  const { desk } = useSession();
  const text = useText();
  const tell = useToast();
  const [day, setDay] = useState('');
  const jump = async (): Promise<void> => {
    const time = new Date(`${day}T00:00`);
    if (Number.isNaN(time.getTime())) return;
    const seq = await desk.correspondence.placeAt(id, time.toISOString());
    onClose();
    if (seq === undefined) tell(text('jump.nothing'));
    else onPlace(seq);
  };
  return (
    <Dialog
      title={text('jump.title')}
      isOpen={isOpen}
      onClose={onClose}
      actions={
        <Button manner="main" isDisabled={day === ''} onPress={() => void jump()}>
          {text('jump.do')}
        </Button>
      }
    >
      <DayField label={text('jump.day')} value={day} onChange={setDay} />
    </Dialog>
  );
}
