import { useQuery } from '@tanstack/react-query';
import { Link, useLocation } from 'wouter';

import { useText } from '../text/text.js';
import { Icon } from '../ui/icon.js';
import type { IconName } from '../ui/icon.js';
import { useCommands } from './commands.js';
import styles from './Rail.module.css';
import { useSession } from './session.js';

/** How often the server is asked for what it tells of only when asked. */
const LOOK_MS = 60_000;

/** The places of the work, with what waits in each; below on narrow screens. */
export function Rail() {
  const { desk } = useSession();
  const text = useText();
  const { data: unread = 0 } = useQuery({
    queryKey: ['conversations', 'unread'],
    queryFn: () => desk.frame.unread(),
  });
  const { data: identity } = useQuery({ queryKey: ['identity'], queryFn: () => desk.opening.whoami() });
  return (
    <nav aria-label={text('frame.places')} className={styles['rail']}>
      <Place
        icon="conversations"
        paths={['/conversations']}
        name={text('conversations.title')}
        waiting={unread}
        says={text('conversations.unread', { count: unread })}
      />
      <KnowledgePlace />
      <AdministrationPlace />
      <span className={styles['gap']} />
      <Place
        icon="profile"
        paths={['/profile', '/people', '/pair']}
        name={identity?.personName ?? text('frame.profile')}
        isOwn
      />
    </nav>
  );
}

/** With how many notices wait: changed papers that are watched, reviews, alerts. The server tells them only when it is asked. */
function KnowledgePlace() {
  const { desk } = useSession();
  const text = useText();
  const { data: notices = 0 } = useQuery({
    queryKey: ['knowledge', 'list', 'notices', 'unseen'],
    queryFn: () => desk.knowledge.unseenNotices(),
    refetchInterval: LOOK_MS,
  });
  return (
    <Place
      icon="knowledge"
      paths={['/knowledge', '/papers']}
      name={text('knowledge.title')}
      waiting={notices}
      says={text('frame.notices', { count: notices })}
    />
  );
}

/** Only for people who have something to administer. */
function AdministrationPlace() {
  const { desk } = useSession();
  const { data: administers = false } = useQuery({
    queryKey: ['people', 'administers'],
    queryFn: () => desk.frame.administers(),
  });
  return administers ? <Administration /> : null;
}

function Administration() {
  const { desk } = useSession();
  const text = useText();
  const [, go] = useLocation();
  const { data: approvals = 0 } = useQuery({
    queryKey: ['approvals', 'waiting'],
    queryFn: () => desk.frame.approvals(),
  });
  useCommands([
    {
      id: 'go.administration',
      keys: 'g a',
      text: text('command.administration'),
      run: () => {
        go('/administration');
      },
    },
  ]);
  return (
    <Place
      icon="administration"
      paths={['/administration']}
      name={text('frame.administration')}
      waiting={approvals}
      says={text('frame.approvals', { count: approvals })}
    />
  );
}

interface PlaceProps {
  readonly icon: IconName;
  /** The first is where it leads; it is current on all of them. */
  readonly paths: readonly [string, ...string[]];
  readonly name: string;
  readonly waiting?: number;
  /** What waits, in words. */
  readonly says?: string;
  /** The person's own name, in whatever direction that is written. */
  readonly isOwn?: boolean;
}

function Place({ icon, paths, name, waiting = 0, says, isOwn = false }: PlaceProps) {
  const [here] = useLocation();
  const isCurrent = paths.some((path) => here === path || here.startsWith(`${path}/`));
  return (
    <Link to={paths[0]} className={styles['place']} title={name} aria-current={isCurrent ? 'page' : undefined}>
      <Icon name={icon} />
      <span className={styles['name']} dir={isOwn ? 'auto' : undefined}>
        {name}
      </span>
      {waiting > 0 && <Count value={waiting} says={says} />}
    </Link>
  );
}

function Count({ value, says }: { readonly value: number; readonly says: string | undefined }) {
  return (
    <>
      <span className={styles['unseen']}>{says}</span>
      <span aria-hidden="true" className={styles['count']}>
        {value > 99 ? '99+' : value}
      </span>
    </>
  );
}
