import { Link } from 'wouter';

import { useText } from '../../text/text.js';
import { Facts } from '../../ui/facts.js';
import type { TextId } from '../../text/text.js';
import type { Waiting } from '../../worker/administration/protocol.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { Loaded, Part, Sheet } from './parts.js';
import { useTerm } from './words.js';

interface Card {
  readonly to: string;
  readonly title: TextId;
  readonly about: TextId;
  readonly count: number | undefined;
  readonly isUrgent?: boolean;
}

/** What waits for this person. */
export function Overview() {
  const text = useText();
  const query = useAsked(['waiting'], (desk) => desk.administration.waiting());
  return (
    <Sheet title={text('office.title')}>
      <Loaded query={query}>{(waiting) => <Waits waiting={waiting} />}</Loaded>
    </Sheet>
  );
}

function Waits({ waiting }: { readonly waiting: Waiting }) {
  const text = useText();
  const cards = cardsOf(waiting).filter(({ count }) => count !== undefined);
  return (
    <>
      <ul className={styles['waiting']}>
        {cards.map(({ to, title, about, count = 0, isUrgent = false }) => (
          <li key={title}>
            <Link
              to={to}
              className={styles['card']}
              data-urgent={isUrgent && count > 0 ? true : undefined}
              data-quiet={count === 0 ? true : undefined}
            >
              <strong>{count}</strong>
              <span>{text(title, { count })}</span>
              <span className={styles['quiet']}>{text(about)}</span>
            </Link>
          </li>
        ))}
      </ul>
      <Part title={text('overview.you')}>
        <Own waiting={waiting} />
      </Part>
    </>
  );
}

function Own({ waiting: { standing } }: { readonly waiting: Waiting }) {
  const text = useText();
  const term = useTerm();
  const words = (kind: 'role' | 'power', ids: readonly string[]): string =>
    ids.length === 0 ? text('office.none') : ids.map((id) => term(kind, id)).join(' · ');
  return (
    <Facts
      facts={[
        [text('person.roles'), words('role', standing.roles)],
        [text('person.powers'), words('power', standing.powers)],
        [text('person.mayAppoint'), text(standing.mayAppoint ? 'office.yes' : 'office.no')],
      ]}
    />
  );
}

function cardsOf({ claims, approvals, returns, campaigns, alarms, auditLost, orphans }: Waiting): readonly Card[] {
  const base = '/administration';
  return [
    { to: `${base}/approvals`, title: 'overview.approvals', about: 'overview.approvalsAbout', count: approvals },
    { to: `${base}/invitations`, title: 'overview.claims', about: 'overview.claimsAbout', count: claims },
    { to: `${base}/approvals`, title: 'overview.returns', about: 'overview.returnsAbout', count: returns },
    {
      ...{ to: `${base}/campaigns`, title: 'overview.late', about: 'overview.lateAbout' },
      ...{ count: campaigns?.late, isUrgent: true },
    },
    { to: `${base}/campaigns`, title: 'overview.campaigns', about: 'overview.campaignsAbout', count: campaigns?.open },
    { to: `${base}/log`, title: 'overview.alarms', about: 'overview.alarmsAbout', count: alarms, isUrgent: true },
    {
      ...{ to: `${base}/audit`, title: 'overview.lost', about: 'overview.lostAbout' },
      ...{ count: auditLost === 0 ? undefined : auditLost, isUrgent: true },
    },
    { to: `${base}/papers`, title: 'overview.orphans', about: 'overview.orphansAbout', count: orphans },
  ];
}
