import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';

import { useSession } from '../../app/session.js';
import { useText } from '../../text/text.js';
import styles from './ClockStrip.module.css';

const KEY = ['clock'];
const LOOK_MS = 5000;

/** While the machine's clock is wrong nothing goes out: says so for as long as it lasts, and notices by itself when the clock was set. */
export function ClockStrip() {
  const { desk, listen } = useSession();
  const text = useText();
  const queries = useQueryClient();
  const { data: isWrong = false } = useQuery({
    queryKey: KEY,
    queryFn: () => desk.opening.isClockWrong(),
    refetchInterval: ({ state }) => state.data === true && LOOK_MS,
  });
  useEffect(
    () =>
      listen((news) => {
        if (news.type === 'problem' && news.problem.code === 'CLOCK_WRONG')
          void queries.invalidateQueries({ queryKey: KEY });
      }),
    [listen, queries],
  );
  return <div role="status">{isWrong && <p className={styles['strip']}>{text('trouble.CLOCK_WRONG')}</p>}</div>;
}
