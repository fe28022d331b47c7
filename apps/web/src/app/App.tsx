import { lazy, Suspense } from 'react';

import { Opening } from '../features/opening/Opening.js';
import { Skeleton } from '../ui/states.js';
import { useSession } from './session.js';

const loadWork = () => import('./Work.js');
const Welcome = lazy(() => import('../features/opening/Welcome.js'));
const Work = lazy(loadWork);

/** What the person can do depends on how far this browser is. */
export function App() {
  const { stage } = useSession();
  if (!stage) return null;
  if (stage.at !== 'open') {
    // while the worker opens the vault, the page has time for what comes after
    return (
      <div onSubmitCapture={() => void loadWork()}>
        <Opening stage={stage} />
      </div>
    );
  }
  return (
    <Suspense fallback={<Skeleton rows={6} />}>
      {stage.arrival === undefined ? <Work /> : <Welcome arrival={stage.arrival} />}
    </Suspense>
  );
}
