import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';

import { CorrespondenceNews } from '../features/conversations/CorrespondenceNews.js';
import { Skeleton } from '../ui/states.js';
import { ToastProvider } from '../ui/toast.js';
import { AreaBoundary } from './AreaBoundary.js';
import { Frame } from './Frame.js';

const Conversations = lazy(() => import('../features/conversations/index.js'));
const Knowledge = lazy(() => import('../features/knowledge/index.js'));
const Profile = lazy(() => import('../features/profile/index.js'));
const Administration = lazy(() => import('../features/administration/index.js'));

/** What a person has who has opened their vault. */
export default function Work() {
  return (
    <ToastProvider>
      <CorrespondenceNews />
      <Frame>
        <Switch>
          <Route path="/conversations/*?">
            <Area key="conversations" area={Conversations} />
          </Route>
          <Route path={/^\/(knowledge|papers)(\/|$)/}>
            <Area key="knowledge" area={Knowledge} />
          </Route>
          <Route path={/^\/(profile|people|pair)(\/|$)/}>
            <Area key="profile" area={Profile} />
          </Route>
          <Route path="/administration/*?">
            <Area key="administration" area={Administration} />
          </Route>
          <Route>
            <Redirect to="/conversations" replace />
          </Route>
        </Switch>
      </Frame>
    </ToastProvider>
  );
}

function Area({ area: Screens }: { readonly area: React.ComponentType }) {
  return (
    <AreaBoundary>
      <Suspense fallback={<Skeleton rows={6} />}>
        <Screens />
      </Suspense>
    </AreaBoundary>
  );
}
