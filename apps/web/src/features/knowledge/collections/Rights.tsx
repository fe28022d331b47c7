import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { Form } from 'react-aria-components';

import { failureOf } from '../../../app/failure.js';
import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Choice } from '../../../ui/choice.js';
import { Button } from '../../../ui/controls.js';
import { Empty, Failure, Skeleton } from '../../../ui/states.js';
import { Table } from '../../../ui/table.js';
import type { Grant } from '../../../worker/knowledge/protocol.js';
import { usePeople } from '../words.js';
import styles from './collections.module.css';

const ACCESS = ['READ', 'WRITE', 'MANAGE'] as const;

/** Who may read, write and manage here; given and taken back by whoever manages it. */
export function Rights({ collectionId }: { readonly collectionId: string }) {
  const { desk } = useSession();
  const text = useText();
  const { data, error } = useQuery({
    queryKey: ['knowledge', 'grants', collectionId],
    queryFn: () => desk.knowledge.grants(collectionId),
    staleTime: 0,
  });
  const nameOf = useHolderNames();
  const failure = failureOf({ data, error });
  if (failure) return <Failure error={failure} />;
  if (!data) return <Skeleton rows={3} />;
  return (
    <div className={styles['rights']}>
      <Table
        label={text('rights.title')}
        columns={[
          { id: 'who', text: text('rights.who'), isRowHeader: true },
          { id: 'access', text: text('rights.access') },
          { id: 'act', text: text('rights.act') },
        ]}
        rows={data}
        rowId={({ id }) => id}
        cell={(grant, column) => {
          if (column === 'who') return <bdi>{nameOf(grant)}</bdi>;
          return column === 'access' ? (
            text(`access.${grant.access}`)
          ) : (
            <Withdraw grant={grant} collectionId={collectionId} />
          );
        }}
        empty={<Empty title={text('rights.none')} />}
      />
      <Give collectionId={collectionId} />
    </div>
  );
}

function usePosts(): ReadonlyMap<string, string> {
  return new Map([...usePeople().values()].map(({ postId, postName }) => [postId, postName]));
}

function useHolderNames(): (grant: Grant) => string {
  const people = usePeople();
  const posts = usePosts();
  return ({ personId, postId, role }) =>
    (personId === null ? undefined : people.get(personId)?.name) ??
    (postId === null ? undefined : posts.get(postId)) ??
    role ??
    '—';
}

function useGrantsChanged(collectionId: string): () => Promise<void> {
  const client = useQueryClient();
  return () => client.invalidateQueries({ queryKey: ['knowledge', 'grants', collectionId] });
}

function Withdraw({ grant, collectionId }: { readonly grant: Grant; readonly collectionId: string }) {
  const { desk } = useSession();
  const text = useText();
  const onSuccess = useGrantsChanged(collectionId);
  const withdraw = useMutation({ mutationFn: () => desk.knowledge.withdrawGrant(grant.id), onSuccess });
  return (
    <>
      <Button
        isBusy={withdraw.isPending}
        onPress={() => {
          withdraw.mutate();
        }}
      >
        {text('rights.withdraw')}
      </Button>
      <Failure error={withdraw.error} />
    </>
  );
}

function Give({ collectionId }: { readonly collectionId: string }) {
  const { desk } = useSession();
  const text = useText();
  const people = usePeople();
  const posts = usePosts();
  const onSuccess = useGrantsChanged(collectionId);
  const [who, setWho] = useState<string>();
  const [access, setAccess] = useState<(typeof ACCESS)[number]>('READ');
  const give = useMutation({
    mutationFn: (holder: string) =>
      desk.knowledge.grant({
        collectionId,
        access,
        ...(posts.has(holder) ? { postId: holder } : { personId: holder }),
      }),
    onSuccess,
  });
  const holders = [
    ...[...posts].map(([id, name]) => ({ id, text: text('rights.post', { name }) })),
    ...[...people.values()].filter(({ revoked }) => !revoked).map(({ id, name }) => ({ id, text: name })),
  ];
  return (
    <Form
      className={styles['row'] ?? ''}
      onSubmit={(event) => {
        event.preventDefault();
        if (who !== undefined) give.mutate(who);
      }}
    >
      <Choice label={text('rights.who')} value={who} options={holders} onChange={setWho} />
      <Choice
        label={text('rights.access')}
        value={access}
        options={ACCESS.map((id) => ({ id, text: text(`access.${id}`) }))}
        onChange={(id) => {
          setAccess(ACCESS.find((one) => one === id) ?? 'READ');
        }}
      />
      <Button type="submit" isBusy={give.isPending} isDisabled={who === undefined}>
        {text('rights.give')}
      </Button>
      <Failure error={give.error} />
    </Form>
  );
}
