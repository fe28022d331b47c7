import { useState } from 'react';
import { useSearch } from 'wouter';

import { useText } from '../../text/text.js';
import { Empty } from '../../ui/states.js';
import { Panes } from '../../ui/panes.js';
import type { Aside } from './aside.js';
import { Conversation } from './Conversation.js';
import { ConversationList } from './ConversationList.js';
import { FindMessages } from './FindMessages.js';
import { Members } from './Members.js';
import { NewConversation } from './NewConversation.js';
import { Outbox } from './Outbox.js';
import { Thread } from './Thread.js';

interface ConversationsProps {
  readonly chosen?: string | undefined;
  readonly screen?: 'new' | 'search' | 'outbox';
}

/** The list of what needs me, and what was chosen from it. */
export function Conversations({ chosen, screen }: ConversationsProps) {
  const [aside, setAside] = useState<{ readonly of: string; readonly aside: Aside }>();
  const [answered, setAnswered] = useState<string>();
  const place = usePlace();
  const shown = aside !== undefined && aside.of === chosen ? aside.aside : undefined;
  const close = (): void => {
    setAside(undefined);
  };
  return (
    <Panes
      list={<ConversationList chosen={chosen} screen={screen} />}
      isChosen={chosen !== undefined || screen !== undefined}
      back="/conversations"
      aside={
        chosen !== undefined && shown && <Details id={chosen} aside={shown} onClose={close} onReply={setAnswered} />
      }
    >
      <Chosen
        chosen={chosen}
        screen={screen}
        place={place}
        answered={answered}
        onAnswered={() => {
          setAnswered(undefined);
        }}
        onAside={(wanted) => {
          if (chosen !== undefined) setAside({ of: chosen, aside: wanted });
        }}
      />
    </Panes>
  );
}

interface ChosenProps {
  readonly chosen: string | undefined;
  readonly screen: ConversationsProps['screen'] | undefined;
  readonly place: number | undefined;
  readonly answered: string | undefined;
  readonly onAnswered: () => void;
  readonly onAside: (aside: Aside) => void;
}

function Chosen({ chosen, screen, place, ...rest }: ChosenProps) {
  const text = useText();
  if (screen === 'new') return <NewConversation />;
  if (screen === 'search') return <FindMessages />;
  if (screen === 'outbox') return <Outbox />;
  if (chosen === undefined) return <Empty title={text('conversations.choose')} />;
  return <Conversation key={`${chosen} ${String(place ?? '')}`} id={chosen} place={place} {...rest} />;
}

interface DetailsProps {
  readonly id: string;
  readonly aside: Aside;
  readonly onClose: () => void;
  readonly onReply: (messageId: string) => void;
}

function Details({ id, aside, onClose, onReply }: DetailsProps) {
  if (aside?.show === 'members') return <Members id={id} onClose={onClose} />;
  if (aside?.show === 'thread') {
    return <Thread id={id} messageId={aside.messageId} onClose={onClose} onReply={onReply} />;
  }
  return null;
}

/** The place in a conversation that an address names. */
function usePlace(): number | undefined {
  const at = Number(new URLSearchParams(useSearch()).get('at') ?? '');
  return Number.isSafeInteger(at) && at > 0 ? at : undefined;
}
