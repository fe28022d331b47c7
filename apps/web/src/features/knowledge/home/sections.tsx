import { useMutation, useQueryClient } from '@tanstack/react-query';
import { Link } from 'wouter';

import { useSession } from '../../../app/session.js';
import { useText } from '../../../text/text.js';
import { Button } from '../../../ui/controls.js';
import { Menu } from '../../../ui/menu.js';
import { ContentMarking } from '../../../ui/marking.js';
import { When } from '../../../ui/when.js';
import type { Lists } from '../../../worker/knowledge/protocol.js';
import { readSaved, writeAsked } from '../search/asked.js';
import { useNames, usePeople } from '../words.js';
import styles from './home.module.css';
import { Section } from './Section.js';

interface PaperLinkProps {
  readonly paper: { readonly id: string; readonly title: string; readonly marking: string };
  readonly children?: React.ReactNode;
}

/** A paper in a list: marking and title, then what is to be said of it. */
function PaperLink({ paper: { id, title, marking }, children }: PaperLinkProps) {
  return (
    <>
      <span className={styles['title']}>
        {marking !== '' && <ContentMarking text={marking} />}
        <Link to={`/papers/${id}`} dir="auto">
          {title}
        </Link>
      </span>
      {children !== undefined && <span className={styles['quiet']}>{children}</span>}
    </>
  );
}

const plain = ({ id, title, label }: { id: string; title: string; label: { marking: string } }) => ({
  ...{ id, title, marking: label.marking },
});

export function Reviews() {
  const text = useText();
  const people = usePeople();
  return (
    <Section
      name="reviews"
      title={text('home.reviews')}
      empty={text('home.reviews.none')}
      rowId={({ id }) => id}
      row={({ documentId, paper, requesterId }) => (
        <PaperLink paper={{ id: documentId, ...paper }}>
          {text('home.askedBy', { person: people.get(requesterId)?.name ?? text('person.unknown') })}
        </PaperLink>
      )}
    />
  );
}

export function Duties() {
  const text = useText();
  const people = usePeople();
  return (
    <Section
      name="duties"
      title={text('home.duties')}
      rowId={({ id }) => id}
      row={({ document, requesterId, dueAt }) =>
        document && (
          <PaperLink paper={plain(document)}>
            {text('home.askedBy', { person: people.get(requesterId)?.name ?? text('person.unknown') })}
            {dueAt !== null && (
              <>
                {' · '}
                {text('home.until')} <When time={dueAt} style="date" />
              </>
            )}
          </PaperLink>
        )
      }
    />
  );
}

export function Due() {
  const text = useText();
  return (
    <Section
      name="due"
      title={text('home.due')}
      rowId={({ id }) => id}
      row={(paper) => (
        <PaperLink paper={plain(paper)}>
          {paper.dates.reviewOn !== null && (
            <>
              {text('dates.review')} <When time={paper.dates.reviewOn} style="date" />
            </>
          )}
          {paper.dates.expiresOn !== null && (
            <>
              {' '}
              {text('dates.expiry')} <When time={paper.dates.expiresOn} style="date" />
            </>
          )}
        </PaperLink>
      )}
    />
  );
}

export function Notices() {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const see = useMutation({
    mutationFn: (ids: readonly string[]) => desk.knowledge.markNoticesSeen(ids),
    onSuccess: () => client.invalidateQueries({ queryKey: ['knowledge', 'list', 'notices'] }),
  });
  const unseen = (notices: readonly Lists['notices'][]): string[] =>
    notices.flatMap(({ id, seenAt }) => (seenAt === null ? [id] : []));
  return (
    <Section
      name="notices"
      title={text('home.notices')}
      empty={text('home.notices.none')}
      rowId={({ id }) => id}
      row={(notice) => <NoticeRow notice={notice} />}
      actions={(notices) =>
        unseen(notices).length > 0 && (
          <Button
            manner="quiet"
            isBusy={see.isPending}
            onPress={() => {
              see.mutate(unseen(notices));
            }}
          >
            {text('home.notices.seen')}
          </Button>
        )
      }
    />
  );
}

function NoticeRow({ notice: { kind, document, createdAt, seenAt } }: { readonly notice: Lists['notices'] }) {
  const text = useText();
  const said = (
    <>
      {seenAt === null && <strong>{text('home.notices.new')} </strong>}
      {text(`notice.${kind}`)} · <When time={createdAt} />
    </>
  );
  if (!document) return <span className={styles['quiet']}>{said}</span>;
  return <PaperLink paper={plain(document)}>{said}</PaperLink>;
}

export function Drafts() {
  const text = useText();
  const names = useNames();
  return (
    <Section
      name="drafts"
      title={text('home.drafts')}
      rowId={({ id }) => id}
      row={({ id, title, kind, label, updatedAt }) => (
        <>
          <span className={styles['title']}>
            <ContentMarking text={label.marking} />
            <Link to={`/knowledge/drafts/${id}`} dir="auto">
              {title === '' ? text('paper.untitled') : title}
            </Link>
          </span>
          <span className={styles['quiet']}>
            {names.kind(kind)} · <When time={updatedAt} />
          </span>
        </>
      )}
    />
  );
}

export function Favourites() {
  const text = useText();
  return (
    <Section
      name="favourites"
      title={text('home.favourites')}
      rowId={({ id }) => id}
      row={(paper) => <PaperLink paper={plain(paper)} />}
    />
  );
}

export function Recent() {
  const text = useText();
  return (
    <Section
      name="recent"
      title={text('home.recent')}
      rowId={({ document }) => document.id}
      row={({ document, readAt }) => (
        <PaperLink paper={plain(document)}>
          <When time={readAt} />
        </PaperLink>
      )}
    />
  );
}

export function Watches() {
  const text = useText();
  return (
    <Section
      name="watches"
      title={text('home.watches')}
      rowId={({ id }) => id}
      row={({ document, collection }) =>
        document ? (
          <PaperLink paper={plain(document)} />
        ) : (
          collection && (
            <Link to={`/knowledge/collections/${collection.id}`} dir="auto">
              {collection.name}
            </Link>
          )
        )
      }
    />
  );
}

export function Searches() {
  const text = useText();
  return (
    <Section
      name="searches"
      title={text('home.searches')}
      rowId={({ id }) => id}
      row={(kept) => <SavedSearch kept={kept} />}
    />
  );
}

function SavedSearch({ kept: { id, name, request, alerts, count } }: { readonly kept: Lists['searches'] }) {
  const { desk } = useSession();
  const text = useText();
  const client = useQueryClient();
  const act = useMutation({
    mutationFn: (action: string) =>
      action === 'delete' ? desk.knowledge.deleteSavedSearch(id) : desk.knowledge.changeSavedSearch(id, !alerts),
    onSuccess: () => client.invalidateQueries({ queryKey: ['knowledge', 'list', 'searches'] }),
  });
  return (
    <span className={styles['kept']}>
      <Link to={`/knowledge/search${writeAsked(readSaved(request))}`} dir="auto">
        {name}
      </Link>
      <span className={styles['quiet']}>
        {[
          ...(count === null ? [] : [text('search.total', { count })]),
          ...(alerts ? [text('search.alerts.on')] : []),
        ].join(' · ')}
      </span>
      <Menu
        label={text('search.kept.menu', { name })}
        items={[
          { id: 'alerts', text: text(alerts ? 'search.alerts.stop' : 'search.alerts.start') },
          { id: 'delete', text: text('search.kept.delete'), isDanger: true },
        ]}
        onAction={(action) => {
          act.mutate(action);
        }}
      />
    </span>
  );
}
