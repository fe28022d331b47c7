import { lazy, Suspense } from 'react';
import { Route, Switch } from 'wouter';

import type { Stage } from '../../worker/opening/protocol.js';
import { Enrol } from './Enrol.js';
import { Revoked } from './Revoked.js';
import { Unlock } from './Unlock.js';
import { Waiting } from './Waiting.js';

// what a person sees once in the life of a device
const Found = lazy(() => import('./Found.js'));
const Unconfirmed = lazy(() => import('./Unconfirmed.js'));
const Pair = lazy(() => import('./Pair.js'));
const Recover = lazy(() => import('./Recover.js'));
const Returning = lazy(() => import('./Returning.js'));

/** Everything before the vault is open and its device enrolled. */
export function Opening({ stage }: { readonly stage: Exclude<Stage, { at: 'open' }> }) {
  switch (stage.at) {
    case 'empty':
      return <Beginning />;
    case 'locked':
      return <Unlock />;
    case 'founding':
      return (
        <Suspense>
          <Unconfirmed person={stage.personName} ministry={stage.ministryName} />
        </Suspense>
      );
    case 'waiting':
      return <Waiting person={stage.personName} ministry={stage.ministryName} />;
    case 'returning':
      return (
        <Suspense>
          <Returning number={stage.number} />
        </Suspense>
      );
    case 'revoked':
      return <Revoked />;
  }
}

function Beginning() {
  return (
    <Suspense>
      <Switch>
        <Route path="/found">
          <Found />
        </Route>
        <Route path="/pair">
          <Pair />
        </Route>
        <Route path="/recover">
          <Recover />
        </Route>
        <Route>
          <Enrol />
        </Route>
      </Switch>
    </Suspense>
  );
}
