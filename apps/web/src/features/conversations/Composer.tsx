import { useMutation, useMutationState, useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useId, useImperativeHandle, useRef, useState } from 'react';
import { FileTrigger, Form } from 'react-aria-components';

import type { MessageView, UnsentDraft } from '#client';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { calledIn } from '../../ui/calling.js';
import { Button, Notice } from '../../ui/controls.js';
import { Icon } from '../../ui/icon.js';
import { Failure } from '../../ui/states.js';
import type { ConversationDetail } from '../../worker/correspondence/protocol.js';
import styles from './Composer.module.css';
import { ComposerFiles } from './ComposerFiles.js';
import { ComposerMarks } from './ComposerMarks.js';
import { ComposerSubject } from './ComposerSubject.js';
import { isWritten } from './sent.js';
import { useAttaching } from './useAttaching.js';
import type { Offered } from './useAttaching.js';
import { useDraft } from './useDraft.js';
import type { DraftChange } from './useDraft.js';
import { Writing } from './Writing.js';

/** Most have left before anybody sees it. */
const LASTING_MS = 300;

export interface ComposerHandle {
  reply(messageId: string): void;
  edit(message: MessageView): void;
  attach(offered: Offered): void;
  /** Words of a message that was taken back; they come into the field where it is empty. */
  restore(words: string): void;
}

interface ComposerProps {
  readonly conversation: ConversationDetail;
  readonly answered: string | undefined;
  readonly onAnswered: () => void;
  /** Something new was written: the log goes to its end. */
  readonly onSent: () => void;
  readonly ref: React.Ref<ComposerHandle>;
}

/** To whom, at which label and precedence; Ctrl-Enter sends. What could not be sent comes back into the field. */
export function Composer({ conversation, answered, onAnswered, onSent, ref }: ComposerProps) {
  const { id } = conversation;
  const field = useRef<HTMLTextAreaElement>(null);
  const { draft, change, addFile, take, settle } = useDraft(id);
  const sending = useSending(id, settle);
  const attaching = useAttaching({ conversationId: id, draft, change, addFile });
  const begin = (changes: DraftChange): void => {
    change(changes);
    field.current?.focus();
  };
  useImperativeHandle(ref, () => ({
    reply(messageId) {
      begin({ inReplyTo: messageId });
    },
    edit(message) {
      begin(editOf(message));
    },
    attach(offered) {
      void attaching.take(offered);
      field.current?.focus();
    },
    restore(words) {
      begin((before) => (before.text === '' && before.replaces === undefined ? { text: words } : {}));
    },
  }));
  useEffect(() => {
    if (answered === undefined) return;
    change({ inReplyTo: answered });
    field.current?.focus();
    onAnswered();
  }, [answered, change, onAnswered]);
  if (!draft) return null;
  const isEditing = draft.replaces !== undefined;
  const send = (): void => {
    if (!isWritten(draft) || attaching.isBusy) return;
    take();
    sending.mutate({ ...draft, ...calling(draft, conversation) }, isEditing ? {} : { onSuccess: onSent });
  };
  return (
    <Form
      className={styles['composer'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <Leaving id={id} />
      <ComposerSubject conversationId={id} draft={draft} onChange={change} />
      <Writing ref={field} draft={draft} people={conversation.people} onChange={change} onSend={send} />
      <ComposerFiles
        files={draft.files ?? []}
        taking={attaching.taking}
        refusals={attaching.refusals}
        said={attaching.said}
        onRemove={attaching.remove}
        onStop={attaching.stop}
        onGone={() => field.current?.focus()}
      />
      <Reached id={id} draft={draft} />
      <Failure error={sending.error ?? attaching.error} />
      <Tools
        conversation={conversation}
        draft={draft}
        isBusy={attaching.isBusy}
        onChange={change}
        onFiles={(files) => void attaching.take({ files, folders: [] })}
      />
    </Form>
  );
}

interface ToolsProps {
  readonly conversation: ConversationDetail;
  readonly draft: UnsentDraft;
  readonly isBusy: boolean;
  readonly onChange: (changes: Partial<UnsentDraft>) => void;
  readonly onFiles: (files: readonly File[]) => void;
}

/** A change of a message keeps its label, its precedence and its files. */
function Tools({ conversation, draft, isBusy, onChange, onFiles }: ToolsProps) {
  const text = useText();
  const isEditing = draft.replaces !== undefined;
  return (
    <div className={styles['tools']}>
      {!isEditing && (
        <>
          <ComposerMarks conversation={conversation} draft={draft} onChange={onChange} />
          <FileTrigger
            allowsMultiple
            onSelect={(chosen) => {
              if (chosen) onFiles([...chosen]);
            }}
          >
            <Button>
              <span className={styles['attach']}>
                <Icon name="attach" />
                <span className={styles['attachWords']}>{text('composer.attach')}</span>
              </span>
            </Button>
          </FileTrigger>
        </>
      )}
      <Button type="submit" manner="main" isBusy={isBusy}>
        {isEditing ? text('composer.change') : text('composer.send')}
      </Button>
    </div>
  );
}

/** A change takes the words of the message into the field. */
function editOf({ id, text, mentions }: MessageView): Partial<UnsentDraft> {
  return { replaces: id, text, mentions: mentions.map(({ personId }) => personId) };
}

/** Those whose names still stand in the text, and files by their names where there are no words. */
function calling(draft: UnsentDraft, { people }: ConversationDetail): Partial<UnsentDraft> {
  const called = calledIn(draft.text, people)
    .filter(({ own }) => !own)
    .map(({ id }) => id);
  const named = draft.text.trim() === '' && { text: (draft.files ?? []).map(({ name }) => name).join(', ') };
  return { ...named, ...(called.length > 0 && { mentions: called }) };
}

const leavingOf = (id: string): readonly string[] => ['send', id];

/** One after the other, in the order in which they were written; whoever writes on waits for none of them. */
function useSending(id: string, settle: (taken: UnsentDraft, isAccepted: boolean) => Promise<void>) {
  const { desk } = useSession();
  const queries = useQueryClient();
  return useMutation({
    mutationKey: leavingOf(id),
    scope: { id: leavingOf(id).join(' ') },
    mutationFn: async ({ mentions, ...draft }: UnsentDraft) => {
      const { replaces, text } = draft;
      if (replaces !== undefined) await desk.correspondence.edit(id, replaces, text, mentions ?? []);
      else await desk.correspondence.send(id, { ...draft, ...(mentions?.length && { mentions }) });
    },
    onSuccess: (_nothing, sent) => settle(sent, true),
    onError: (_error, unsent) => settle(unsent, false),
    onSettled: () => {
      void queries.invalidateQueries({ queryKey: ['messages', id] });
      void queries.invalidateQueries({ queryKey: ['conversations'] });
    },
  });
}

/** What has left the field and is not in the outbox yet: a client that is changing keys takes a moment. */
function Leaving({ id }: { readonly id: string }) {
  const text = useText();
  const words = useMutationState({
    filters: { mutationKey: leavingOf(id), status: 'pending', exact: true },
    select: ({ state }) => (state.variables as UnsentDraft).text,
  });
  const isSlow = useLasting(words.length > 0);
  const title = useId();
  if (!isSlow) return null;
  return (
    <div className={styles['leaving']}>
      <span id={title}>{text('composer.leaving')}</span>
      <ul aria-labelledby={title}>
        {words.map((word, at) => (
          <li key={at} dir="auto">
            {word}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Whether something has been so for long enough to be worth a look. */
function useLasting(isSo: boolean): boolean {
  const [isLasting, setLasting] = useState(false);
  useEffect(() => {
    if (!isSo) return undefined;
    const timer = setTimeout(() => {
      setLasting(true);
    }, LASTING_MS);
    return () => {
      clearTimeout(timer);
      setLasting(false);
    };
  }, [isSo]);
  return isLasting;
}

/** "You are about to write SECRET to 7 people in 3 posts, all cleared." */
function Reached({ id, draft: { label } }: { readonly id: string; readonly draft: UnsentDraft }) {
  const { desk } = useSession();
  const text = useText();
  const { data: reach } = useQuery({
    queryKey: ['conversations', 'detail', id, 'reach', label],
    queryFn: () => desk.correspondence.reach(id, label),
  });
  if (!reach) return null;
  const { marking, people, posts, uncleared } = reach;
  if (uncleared.length > 0)
    return <Notice>{text('composer.uncleared', { marking, names: uncleared.join(', ') })}</Notice>;
  return <p className={styles['quiet']}>{text('composer.as', { marking, people, posts })}</p>;
}
