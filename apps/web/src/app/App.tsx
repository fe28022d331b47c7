import { lazy, Suspense } from 'react';
import { Redirect, Route, Switch } from 'wouter';

import { Opening } from '../features/opening/Opening.js';
import { Skeleton } from '../ui/states.js';
import { ToastProvider } from '../ui/toast.js';
import { AreaBoundary } from './AreaBoundary.js';
import { CorrespondenceNews } from '../features/conversations/CorrespondenceNews.js';
import { Frame } from './Frame.js';
import { useSession } from './session.js';

const Welcome = lazy(() => import('../features/opening/Welcome.js'));
const Conversations = lazy(() => import('../features/conversations/index.js'));
const Knowledge = lazy(() => import('../features/knowledge/index.js'));
const Profile = lazy(() => import('../features/profile/index.js'));
const Administration = lazy(() => import('../features/administration/index.js'));

/** What the person can do depends on how far this browser is. */
export function App() {
  const { stage } = useSession();
  if (!stage) return null;
  if (stage.at !== 'open') return <Opening stage={stage} />;
  if (stage.arrival === undefined) return <Work />;
  return (
    <Suspense>
      <Welcome arrival={stage.arrival} />
    </Suspense>
  );
}

function Work() {
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
