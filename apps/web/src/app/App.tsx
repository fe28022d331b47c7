import { lazy, Suspense, useEffect } from 'react';

import { Opening } from '../features/opening/Opening.js';
import { Skeleton } from '../ui/states.js';
import { useSession } from './session.js';

const loadWork = () => import('./Work.js');
const Welcome = lazy(() => import('../features/opening/Welcome.js'));
const Work = lazy(loadWork);

/** What the person can do depends on how far this browser is. */
export function App() {
  const { stage } = useSession();
  useWorkInTime();
  if (!stage) return null;
  if (stage.at !== 'open') return <Opening stage={stage} />;
  return (
    <Suspense fallback={<Skeleton rows={6} />}>
      {stage.arrival === undefined ? <Work /> : <Welcome arrival={stage.arrival} />}
    </Suspense>
  );
}

/** While the worker opens the vault, the page has time for what comes after. */
function useWorkInTime(): void {
  useEffect(() => {
    const load = (): void => void loadWork();
    addEventListener('submit', load, { capture: true, once: true });
    return () => {
      removeEventListener('submit', load, { capture: true });
    };
  }, []);
}
