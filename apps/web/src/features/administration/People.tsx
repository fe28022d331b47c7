import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { useLocation } from 'wouter';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import type { PersonRow } from '../../worker/administration/protocol.js';
import { Choice } from '../../ui/choice.js';
import { Field } from '../../ui/controls.js';
import { Empty } from '../../ui/states.js';
import { Table } from '../../ui/table.js';
import styles from './Administration.module.css';
import { OFFICE, useAsked } from './asking.js';
import { Held, Loaded, Sheet } from './parts.js';
import { useTerm } from './words.js';

const ANYWHERE = 'anywhere';

/** Everybody whom the verified directory knows. */
export default function People() {
  const text = useText();
  const { desk } = useSession();
  const [words, setWords] = useState('');
  const [postId, setPost] = useState(ANYWHERE);
  const posts = useAsked(['posts'], (asked) => asked.administration.posts());
  const query = useInfiniteQuery({
    queryKey: [OFFICE, 'people', words, postId],
    queryFn: ({ pageParam }) =>
      desk.administration.people({
        words,
        ...(postId !== ANYWHERE && { postId }),
        ...(pageParam !== '' && { after: pageParam }),
      }),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const anywhere = { id: ANYWHERE, text: text('people.anywhere') };
  const options = [anywhere, ...(posts.data ?? []).map(({ id, name }) => ({ id, text: name }))];
  return (
    <Sheet title={text('office.people')}>
      <search className={styles['row']}>
        <Field label={text('people.filter')} value={words} onChange={setWords} type="search" />
        <Choice label={text('person.post')} value={postId} onChange={setPost} options={options} />
      </search>
      <Loaded query={query}>
        {({ pages }) => (
          <>
            <p role="status" className={styles['quiet']}>
              {text('people.total', { count: pages[0]?.total ?? 0 })}
            </p>
            <PeopleTable
              rows={pages.flatMap(({ rows }) => rows)}
              more={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
            />
          </>
        )}
      </Loaded>
    </Sheet>
  );
}

function PeopleTable({ rows, more }: { readonly rows: readonly PersonRow[]; readonly more: (() => void) | undefined }) {
  const text = useText();
  const term = useTerm();
  const [, go] = useLocation();
  const cell = (row: PersonRow, column: string): React.ReactNode => {
    if (column === 'name') return <bdi>{row.name}</bdi>;
    if (column === 'title') return row.title === undefined ? '' : <bdi>{row.title}</bdi>;
    if (column === 'post') return <bdi>{row.postName}</bdi>;
    if (column === 'clearance') return row.marking === '' ? text('office.none') : <Held marking={row.marking} />;
    if (column === 'roles') return row.roles.map((role) => term('role', role)).join(' · ');
    return row.revoked ? text('person.revoked') : String(row.devices);
  };
  return (
    <Table
      label={text('office.people')}
      columns={[
        { id: 'name', text: text('person.name'), isRowHeader: true },
        { id: 'title', text: text('person.title') },
        { id: 'post', text: text('person.post') },
        { id: 'clearance', text: text('person.clearance') },
        { id: 'roles', text: text('person.roles') },
        { id: 'devices', text: text('person.deviceList') },
      ]}
      rows={rows}
      rowId={({ id }) => id}
      cell={cell}
      onOpen={({ id }) => {
        go(`/administration/people/${id}`);
      }}
      more={more}
      empty={<Empty title={text('people.nobody')} />}
    />
  );
}
