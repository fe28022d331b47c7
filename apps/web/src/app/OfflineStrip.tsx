import { useQuery } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useIntl } from 'react-intl';

import { useText } from '../text/text.js';
import styles from './Frame.module.css';
import { useSession } from './session.js';

/** How often the outbox is counted while there is no line. */
const LOOK_MS = 2000;

/** Offline is a normal state: since when, and what waits. It is read out when it begins and ends. */
export function OfflineStrip() {
  const { desk } = useSession();
  const { data: line } = useQuery({ queryKey: ['line'], queryFn: () => desk.frame.line() });
  const cutAt = useCut();
  const since = line?.isOffline === true ? line.since : cutAt;
  return <div role="status">{since !== undefined && <Offline since={since} />}</div>;
}

/** When the machine lost its network, as far as the browser noticed: it may know before the client does, whose connection only falls silent. */
function useCut(): number | undefined {
  const [at, setAt] = useState(() => (navigator.onLine ? undefined : Date.now()));
  useEffect(() => {
    const cut = (): void => {
      setAt(Date.now());
    };
    const back = (): void => {
      setAt(undefined);
    };
    addEventListener('offline', cut);
    addEventListener('online', back);
    return () => {
      removeEventListener('offline', cut);
      removeEventListener('online', back);
    };
  }, []);
  return at;
}

function Offline({ since }: { readonly since: number }) {
  const { desk } = useSession();
  const text = useText();
  const { formatDate } = useIntl();
  const { data: waiting = 0 } = useQuery({
    queryKey: ['conversations', 'waiting'],
    queryFn: () => desk.frame.waiting(),
    refetchInterval: LOOK_MS, // a vault that was opened without a line tells nothing by itself
  });
  const isToday = new Date(since).toDateString() === new Date().toDateString();
  const time = formatDate(since, { timeStyle: 'short', ...(!isToday && { dateStyle: 'medium' }) });
  return (
    <p className={styles['strip']}>
      {waiting === 0 ? text('frame.offline', { time }) : text('frame.offlineWaiting', { time, count: waiting })}
    </p>
  );
}
