import { lazy, Suspense, useEffect, useRef } from 'react';
import { Link, Redirect, Route, Switch, useLocation } from 'wouter';

import { useCommands } from '../../app/commands.js';
import { useText } from '../../text/text.js';
import type { TextId } from '../../text/text.js';
import styles from './Administration.module.css';
import { useAsked } from './asking.js';
import { Overview } from './Overview.js';

const People = lazy(() => import('./People.js'));
const Person = lazy(() => import('./Person.js'));
const Posts = lazy(() => import('./Posts.js'));
const Invitations = lazy(() => import('./Invitations.js'));
const Approvals = lazy(() => import('./Approvals.js'));
const Campaigns = lazy(() => import('./Campaigns.js'));
const Campaign = lazy(() => import('./Campaign.js'));
const Revocations = lazy(() => import('./Revocations.js'));
const Evacuation = lazy(() => import('./Evacuation.js'));
const Log = lazy(() => import('./Log.js'));
const Audit = lazy(() => import('./Audit.js'));
const Policy = lazy(() => import('./Policy.js'));
const Papers = lazy(() => import('./Papers.js'));
const Health = lazy(() => import('./Health.js'));

/** A place of the administration; those without a permission are open to everybody. */
interface Place {
  readonly path: string;
  readonly title: TextId;
  readonly permission?: string;
  readonly screen: React.ReactNode;
}

const PLACES: readonly Place[] = [
  { path: '/administration', title: 'office.overview', screen: <Overview /> },
  { path: '/administration/people', title: 'office.people', permission: 'directory.read', screen: <People /> },
  { path: '/administration/posts', title: 'office.posts', permission: 'directory.read', screen: <Posts /> },
  {
    path: '/administration/invitations',
    title: 'office.invitations',
    permission: 'directory.enrol',
    screen: <Invitations />,
  },
  {
    path: '/administration/approvals',
    title: 'office.approvals',
    permission: 'directory.statements',
    screen: <Approvals />,
  },
  {
    path: '/administration/campaigns',
    title: 'office.campaigns',
    permission: 'delivery.campaigns',
    screen: <Campaigns />,
  },
  {
    path: '/administration/revocations',
    title: 'office.revocations',
    permission: 'delivery.campaigns',
    screen: <Revocations />,
  },
  {
    path: '/administration/evacuation',
    title: 'office.evacuation',
    permission: 'delivery.campaigns',
    screen: <Evacuation />,
  },
  { path: '/administration/policy', title: 'office.policy', screen: <Policy /> },
  { path: '/administration/log', title: 'office.log', screen: <Log /> },
  { path: '/administration/audit', title: 'office.audit', permission: 'audit.read', screen: <Audit /> },
  { path: '/administration/papers', title: 'office.papers', permission: 'knowledge.manage', screen: <Papers /> },
  { path: '/administration/health', title: 'office.health', permission: 'upkeep.read', screen: <Health /> },
];

/** Who is who, who may do what, and how it all is: for registrars, security officers and auditors. */
export default function Administration() {
  const text = useText();
  const [, go] = useLocation();
  const { data: standing } = useAsked(['standing'], (desk) => desk.administration.standing());
  const held = new Set(standing?.permissions);
  const places = PLACES.filter(({ permission }) => permission === undefined || held.has(permission));
  useCommands(
    places.map(({ path, title }) => ({
      id: path,
      text: text('office.goTo', { place: text(title) }),
      run: () => {
        go(path);
      },
    })),
  );
  return (
    <div className={styles['office']}>
      <nav aria-label={text('office.title')} className={styles['places']}>
        {places.map(({ path, title }) => (
          <PlaceLink key={path} path={path}>
            {text(title)}
          </PlaceLink>
        ))}
      </nav>
      <main className={styles['sheet']}>
        <Suspense>
          <Switch>
            <Route path="/administration/people/:id">{({ id }) => <Person key={id} id={id} />}</Route>
            <Route path="/administration/campaigns/:id">{({ id }) => <Campaign key={id} id={id} />}</Route>
            {PLACES.map(({ path, screen }) => (
              <Route key={path} path={path}>
                {screen}
              </Route>
            ))}
            <Route>
              <Redirect to="/administration" replace />
            </Route>
          </Switch>
        </Suspense>
      </main>
    </div>
  );
}

function PlaceLink({ path, children }: { readonly path: string; readonly children: React.ReactNode }) {
  const [here] = useLocation();
  const link = useRef<HTMLAnchorElement>(null);
  const isHere = path === '/administration' ? here === path : here.startsWith(path);
  useEffect(() => {
    if (isHere) link.current?.scrollIntoView({ block: 'nearest', inline: 'center' });
  }, [isHere]);
  return (
    <Link ref={link} to={path} className={styles['place']} aria-current={isHere ? 'page' : undefined}>
      {children}
    </Link>
  );
}
