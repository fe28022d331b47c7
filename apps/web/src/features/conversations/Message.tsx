import { memo, useState } from 'react';

import type { MessageView } from '#client';

import { useText, useTroubleText } from '../../text/text.js';
import { Marking } from '../../ui/marking.js';
import { When } from '../../ui/when.js';
import type { MemberCard, Standing } from '../../worker/correspondence/protocol.js';
import { Acknowledge } from './Acknowledge.js';
import { AttachedFiles } from './AttachedFiles.js';
import styles from './Conversation.module.css';
import { EventWords } from './EventWords.js';
import { MessageActions } from './MessageActions.js';
import type { MessageDoings } from './MessageActions.js';
import { Reactions } from './Reactions.js';
import { Versions } from './Versions.js';
import { Words } from './Words.js';

interface MessageProps extends MessageDoings {
  readonly message: MessageView;
  readonly rowKey: string;
  /** Somebody jumped to it. */
  readonly isTarget: boolean;
  /** The one that the Tab key reaches; arrows lead on from it. */
  readonly isLast: boolean;
  readonly people: ReadonlyMap<string, MemberCard>;
  readonly standings: readonly Standing[];
}

/** One message, with what is known about it. */
export const Message = memo(function Message(props: MessageProps) {
  const { message, rowKey, isTarget, isLast } = props;
  const { id, kind, own, seq } = message;
  const [isNear, setNear] = useState(false);
  const come = (): void => {
    setNear(true);
  };
  const place = { 'data-key': rowKey, ...(seq !== undefined && { 'data-seq': seq }) };
  if (kind !== 'text' && kind !== 'unknown') {
    return (
      <li className={styles['event']} data-kind={kind} data-target={isTarget} {...place}>
        <EventWords message={message} />
      </li>
    );
  }
  return (
    <li
      className={styles['message']}
      data-own={own}
      data-target={isTarget}
      data-message={id}
      tabIndex={isLast ? 0 : -1}
      onPointerEnter={come}
      onFocus={come}
      {...place}
    >
      <Byline {...props} />
      <Body {...props} />
      {isNear && <MessageActions message={message} {...doingsOf(props)} />}
    </li>
  );
});

const doingsOf = ({ onReply, onEdit, onThread, onPlace }: MessageProps): MessageDoings => ({
  onReply,
  onEdit,
  onThread,
  onPlace,
});

function Byline({ message, people, standings }: MessageProps) {
  const { own, senderName, senderPersonId, marking, precedence, sentAt, givenBy, edits } = message;
  const text = useText();
  const sender = people.get(senderPersonId ?? '');
  return (
    <p className={styles['byline']}>
      <bdi className={styles['name']}>{senderName}</bdi>
      {sender && <bdi>{sender.standing}</bdi>}
      <Marking text={marking} />
      {precedence !== 'ROUTINE' && (
        <strong className={styles['precedence']} data-urgent={precedence !== 'PRIORITY'}>
          {text(`precedence.${precedence}`)}
        </strong>
      )}
      <When time={sentAt} zone={sender?.zone} />
      {edits > 0 && <Versions message={message} />}
      {givenBy && !givenBy.own && <em dir="auto">{text('message.givenBy', { person: givenBy.personName })}</em>}
      {own && <State message={message} others={others(people)} standings={standings} />}
    </p>
  );
}

const others = (people: ReadonlyMap<string, MemberCard>): number =>
  [...people.values()].filter(({ own }) => !own).length;

interface StateProps {
  readonly message: MessageView;
  readonly others: number;
  readonly standings: readonly Standing[];
}

/** What is known of where one's own message is. */
function State({ message: { state, seq, problem }, others: all, standings }: StateProps) {
  const text = useText();
  const say = useTroubleText();
  if (state === 'refused')
    return <strong className={styles['bad']}>{problem ? say(problem) : text('message.refused')}</strong>;
  if (state === 'waiting' || seq === undefined) return <span>{text(`message.${state}`)}</span>;
  const read = standings.filter((one) => one.read >= seq).length;
  const delivered = standings.filter((one) => one.delivered >= seq).length;
  if (read > 0) return <span>{text('message.read', { count: read, all })}</span>;
  if (delivered > 0) return <span>{text('message.delivered', { count: delivered, all })}</span>;
  return <span>{text('message.accepted')}</span>;
}

function Body({ message, onPlace, onThread }: MessageProps) {
  const text = useText();
  const { kind, inReplyTo, quote, replies } = message;
  if (kind === 'unknown') return <p className={styles['newer']}>{text('message.newer')}</p>;
  return (
    <>
      {inReplyTo !== undefined && <Quote message={message} onPlace={onPlace} />}
      <Words message={message} />
      <AttachedFiles message={message} />
      <Acknowledge message={message} />
      {quote === undefined && replies > 0 && (
        <button
          type="button"
          className={styles['link']}
          onClick={() => {
            onThread(message);
          }}
        >
          {text('message.replies', { count: replies })}
        </button>
      )}
      <Reactions message={message} />
    </>
  );
}

function Quote({ message: { quote }, onPlace }: Pick<MessageProps, 'message' | 'onPlace'>) {
  const text = useText();
  if (!quote) return <p className={styles['quote']}>{text('message.quoteMissing')}</p>;
  return (
    <button
      type="button"
      className={styles['quote']}
      title={text('message.quote', { person: quote.senderName })}
      onClick={() => {
        onPlace(quote.seq);
      }}
    >
      <bdi className={styles['name']}>{quote.senderName}</bdi>
      <span dir="auto">{quote.text}</span>
    </button>
  );
}
