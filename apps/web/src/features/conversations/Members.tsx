import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';
import { useLocation } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import { Button, Field } from '../../ui/controls.js';
import { Dialog } from '../../ui/dialog.js';
import { Menu } from '../../ui/menu.js';
import { PersonName } from '../../ui/person.js';
import { Failure, Skeleton } from '../../ui/states.js';
import { useToast } from '../../ui/toast.js';
import type { ConversationDetail, MemberCard } from '../../worker/correspondence/protocol.js';
import styles from './People.module.css';
import { PeoplePicker } from './PeoplePicker.js';

/** Who is in a conversation, how far they are known, and what can be changed about it. */
export function Members({ id, onClose }: { readonly id: string; readonly onClose: () => void }) {
  const { desk } = useSession();
  const text = useText();
  const { data: conversation, error } = useQuery({
    queryKey: ['conversations', 'detail', id],
    queryFn: () => desk.correspondence.conversation(id),
  });
  return (
    <section className={styles['page']} aria-label={text('members.title')}>
      <header className={styles['head']}>
        <h2>{text('members.title')}</h2>
        <Button manner="quiet" aria-label={text('ui.close')} onPress={onClose}>
          <span aria-hidden="true">✕</span>
        </Button>
      </header>
      <Failure error={error} />
      {conversation ? <Known conversation={conversation} /> : error === null && <Skeleton rows={4} />}
    </section>
  );
}

function Known({ conversation }: { readonly conversation: ConversationDetail }) {
  const { desk } = useSession();
  const text = useText();
  const tell = useToast();
  const { id, people, state } = conversation;
  const change = useChange();
  const act = (action: string, { id: personId, name }: MemberCard): void => {
    if (action === 'remove') change.mutate(() => desk.correspondence.removePeople(id, [personId]));
    else
      change.mutate(async () => {
        await desk.correspondence.handHistory(id, [personId]);
        tell(text('members.handed', { name }));
      });
  };
  return (
    <>
      <Failure error={change.error} />
      <ul className={styles['members']}>
        {people.map((person) => (
          <li key={person.id} className={styles['member']}>
            {person.own ? <bdi>{text('members.you', { name: person.name })}</bdi> : <PersonName person={person} />}
            {!person.own && state === 'active' && (
              <Menu
                label={text('members.actions', { name: person.name })}
                items={[
                  { id: 'hand', text: text('members.hand') },
                  { id: 'remove', text: text('members.remove'), isDanger: true },
                ]}
                onAction={(action) => {
                  act(action, person);
                }}
              />
            )}
          </li>
        ))}
      </ul>
      {state === 'active' && (
        <>
          <Add conversation={conversation} />
          <Rename conversation={conversation} />
          <Leave id={id} />
        </>
      )}
    </>
  );
}

/** Does something to the conversation; what is known of it is asked for anew. */
function useChange(onDone?: () => void) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (work: () => Promise<void>) => work(),
    onSuccess: () => onDone?.(),
    onSettled: () => queries.invalidateQueries({ queryKey: ['conversations'] }),
  });
}

function Add({ conversation: { id, label, people } }: { readonly conversation: ConversationDetail }) {
  const { desk } = useSession();
  const text = useText();
  const [isOpen, setOpen] = useState(false);
  const [chosen, setChosen] = useState<readonly string[]>([]);
  const { data: candidates = [] } = useQuery({
    queryKey: ['people', 'candidates', label],
    queryFn: () => desk.correspondence.candidates(label),
    enabled: isOpen,
  });
  const close = (): void => {
    setOpen(false);
    setChosen([]);
  };
  const change = useChange(close);
  const present = new Set(people.map((person) => person.id));
  return (
    <>
      <Button
        onPress={() => {
          setOpen(true);
        }}
      >
        {text('members.add')}
      </Button>
      <Dialog
        title={text('members.add')}
        isOpen={isOpen}
        onClose={close}
        actions={
          <Button
            manner="main"
            isDisabled={chosen.length === 0}
            isBusy={change.isPending}
            onPress={() => {
              change.mutate(() => desk.correspondence.addPeople(id, chosen));
            }}
          >
            {text('members.add.do', { count: chosen.length })}
          </Button>
        }
      >
        <p>{text('members.add.why')}</p>
        <PeoplePicker
          candidates={candidates.filter((one) => !present.has(one.id))}
          chosen={chosen}
          onChange={setChosen}
        />
        <Failure error={change.error} />
      </Dialog>
    </>
  );
}

function Rename({ conversation: { id, name } }: { readonly conversation: ConversationDetail }) {
  const { desk } = useSession();
  const text = useText();
  const [wanted, setWanted] = useState(name);
  const change = useChange();
  return (
    <Form
      className={styles['form'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (wanted.trim() !== '') change.mutate(() => desk.correspondence.rename(id, wanted.trim()));
      }}
    >
      <Field
        label={text('new.name')}
        value={wanted}
        onChange={setWanted}
        maxLength={200}
        dir="auto"
        autoComplete="off"
      />
      <Failure error={change.error} />
      <Button type="submit" isDisabled={wanted.trim() === '' || wanted === name} isBusy={change.isPending}>
        {text('members.rename')}
      </Button>
    </Form>
  );
}

function Leave({ id }: { readonly id: string }) {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const [isAsked, setAsked] = useState(false);
  const change = useChange(() => {
    go('/conversations');
  });
  return (
    <>
      <Button
        manner="danger"
        onPress={() => {
          setAsked(true);
        }}
      >
        {text('members.leave')}
      </Button>
      <Dialog
        role="alertdialog"
        title={text('members.leave')}
        isOpen={isAsked}
        onClose={() => {
          setAsked(false);
        }}
        actions={
          <>
            <Button
              onPress={() => {
                setAsked(false);
              }}
            >
              {text('members.stay')}
            </Button>
            <Button
              manner="danger"
              isBusy={change.isPending}
              onPress={() => {
                change.mutate(() => desk.correspondence.leave(id));
              }}
            >
              {text('members.leave')}
            </Button>
          </>
        }
      >
        <p>{text('members.leave.why')}</p>
        <Failure error={change.error} />
      </Dialog>
    </>
  );
}
